"""Holm's correction for several tests (Holm 1979)."""


def holm(found: list[float | None]) -> list[float | None]:
    """Adjusted p of each test, in the same order; a test without a p counts for none.

    The k-th smallest of m is multiplied by m - k + 1, and is at least the one before it and at most 1. Whichever lie
    below 0.05 are wrong together with probability 0.05 at most.
    """
    order = sorted((p, place) for place, p in enumerate(found) if p is not None)
    adjusted: list[float | None] = [None] * len(found)
    largest = 0.0
    for rank, (p, place) in enumerate(order):
        largest = max(largest, min(1.0, p * (len(order) - rank)))
        adjusted[place] = largest
    return adjusted

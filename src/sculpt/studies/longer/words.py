"""What the claims and figures of the study have in common in words."""

from sculpt.statistics.judgement.paper import REVIEWS

LOW_SPARSITY = 0.2
"""Least density of the claims on low sparsity, to two decimals: the paper's cyclic masks beat LRR below 80 %."""
CHOSEN = (
    "the number of cycles is that of the best validation mean over all seeds, of equal ones the fewest; it keeps a "
    "part of its luck, and its epochs are not those of all cycles that were tried"
)
CYCLIC_ENTRY = "method: cyclic, mask: erk, densities: [0.05]"
NOT_THE_PAPERS = f"ours: no mask of the paper; the claim of figure 4 in {REVIEWS}"


def entry(text: str) -> str:
    """What to add where a claim lacks runs: `with an entry {method: dense_long} of runs`."""
    return f"tested with an entry {{{text}}} of runs"

"""Numbers that do not tell in which order a sum was taken, which libraries choose by the processor."""


def rounded(value: float) -> float:
    """A number to 9 significant digits. Of float64 sums of up to a billion terms, the order changes only later ones."""
    return float(f"{value:.9g}")

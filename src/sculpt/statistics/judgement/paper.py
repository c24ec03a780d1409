"""What the claims take from the paper: how its texts are called, and its numbers."""

ABSTRACT = "arXiv 2406.02773, abstract"
REVIEWS = "public reviews of the ICLR version"
FIGURE_4 = "figure 4"
FIGURE_7 = "figure 7"
"""Figures of the paper; their claims, and our controls beside them, are corrected together."""
HIGH_SPARSITY = 0.02
"""Largest density of the claims on high sparsity, to two decimals: 0.0225, which is 0.8^17, is one of them."""
START = 0.5
"""One of the paper's own start densities for SCULPT (0.8, 0.5, 0.3)."""

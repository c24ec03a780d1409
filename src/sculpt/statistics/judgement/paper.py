"""What the claims take from the paper: how its texts are called, and its numbers."""

ABSTRACT = "arXiv 2406.02773, abstract"
REVIEWS = "public reviews of the ICLR version"
MACHINE_WRITTEN = "a machine-written public review of the ICLR version"
"""The source of what no human review says; the reference of the paper does not rest a number on these alone."""
FIGURE_2, FIGURE_3, FIGURE_4, FIGURE_5, FIGURE_6 = (f"figure {number}" for number in range(2, 7))
FIGURE_7, FIGURE_8A, FIGURE_8, FIGURE_9 = "figure 7", "figure 8a", "figures 8b and 8c", "figure 9"
"""Figures of the paper; their claims, and our controls beside them, are corrected together."""
HIGH_SPARSITY = 0.02
"""Largest density of the claims on high sparsity, to two decimals: 0.0225, which is 0.8^17, is one of them."""
START = 0.5
"""One of the paper's own start densities for SCULPT (0.8, 0.5, 0.3)."""

"""What the claims take from the companion paper on signs, of which the body was not found."""

PAPER = "Gadhikar & Burkholz 2024 (arXiv 2402.19262)"
ABSTRACT = f"{PAPER}, abstract"
FAMILY = "arXiv 2402.19262"

"""The page of an experiment: what was asked, what was found, and what it took."""

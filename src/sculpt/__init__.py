"""Reproducible sparse training: methods as sequences of prunes and cycles that share prefixes."""

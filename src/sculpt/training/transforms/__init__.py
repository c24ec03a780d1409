"""Transforms of starting weights; the folder is the register."""

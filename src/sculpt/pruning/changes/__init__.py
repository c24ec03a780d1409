"""Mask changes; the folder is the register."""

"""Losses; the folder is the register."""

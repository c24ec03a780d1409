"""Analyses of trained nodes; the folder is the register."""

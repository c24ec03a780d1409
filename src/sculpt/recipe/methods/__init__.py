"""Run methods; the folder is the register."""

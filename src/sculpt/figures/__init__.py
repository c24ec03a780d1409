"""The figures; the folder is the register."""

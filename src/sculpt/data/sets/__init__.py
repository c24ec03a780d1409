"""The data sets; the folder is the register."""

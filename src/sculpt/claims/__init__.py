"""Claims; the folder is the register."""

"""The networks; the folder is the register."""

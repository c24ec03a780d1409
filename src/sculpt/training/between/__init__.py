"""Rules between epochs; the folder is the register."""

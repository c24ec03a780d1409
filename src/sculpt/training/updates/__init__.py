"""Update rules; the folder is the register."""

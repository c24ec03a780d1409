"""Learning-rate schedules; the folder is the register."""

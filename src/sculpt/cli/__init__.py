"""The command `sculpt`."""

"""A trained network as a file that other tools read; the folder `formats` is the register of what they are."""

"""What the trained nodes show: their cost, and the paper's claims as statistical checks."""

"""What the trained nodes show: tables of runs, the one way to average them, and what claims share."""

"""How a job computes: its device, and the same bits every time."""

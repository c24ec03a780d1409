"""What every job has: its arguments, its lines, its process, and faults as one line."""

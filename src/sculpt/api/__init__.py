"""What one does in Python with what a run made: trained networks, runs, tables, claims."""

"""What the generated documents say, each from what it is about."""

"""What made each artifact, and where it is kept."""

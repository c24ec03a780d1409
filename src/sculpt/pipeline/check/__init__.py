"""Whether artifacts are what they should be."""

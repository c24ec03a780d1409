"""Whether files are what the locks say."""

"""One cycle of training: its schedule, its step, and a node from files' contents to files' contents."""

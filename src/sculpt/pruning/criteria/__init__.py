"""Criteria of what to keep, for initial masks and for prunes; the folder is the register.

A module that draws by lot says so with RANDOM = True: then no two seeds may have one mask. One whose scores hang on
labels has READS_LABELS = True.
"""

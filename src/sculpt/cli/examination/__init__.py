"""One pass over the artifacts of an experiment."""

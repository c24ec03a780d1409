"""What makes programs of a graph: lists of kept weights, memory, operations and their phases."""

"""Training on the CPU by the project's own kernels: only kept weights, and the same bits on every processor."""

"""Networks whose replicates (one per seed) train side by side as one."""

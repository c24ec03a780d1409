"""The figures of an experiment, in the order of the README; apart, so that the Snakefile need not import matplotlib."""

NAMES = ("accuracy_vs_density", "training_loss", "accuracy_vs_cost", "start_target_map", "layer_densities")

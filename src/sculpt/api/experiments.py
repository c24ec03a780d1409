"""`sculpt.experiments`: which experiments have results."""

from sculpt.api.places import experiments as experiments

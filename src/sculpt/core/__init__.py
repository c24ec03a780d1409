"""What every room stands on: faults, file formats, random numbers, costs."""

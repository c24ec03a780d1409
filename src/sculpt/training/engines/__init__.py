"""Engines: what computes the steps of training; the folder is the register."""

"""Companion studies: a folder each, with plug-ins of any kind in folders named as the registers are."""

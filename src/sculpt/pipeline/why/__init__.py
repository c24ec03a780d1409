"""Why a file is as it is: what made it, back to the raw data."""

"""Which code a job runs."""

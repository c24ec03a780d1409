"""How the rules of the pipeline are run: what identifies a job, and how its result is kept."""

"""params.yaml: its schema, and its errors in the user's words."""

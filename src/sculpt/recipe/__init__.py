"""Which nodes an experiment needs, what each is made from, and what is reported of them."""

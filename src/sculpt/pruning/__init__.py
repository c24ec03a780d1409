"""Which weights to keep: layer allocation, exact global selection, and the mask methods."""

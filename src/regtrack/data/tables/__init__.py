"""tables: what a table of columns is made of, and what makes numbers of it."""

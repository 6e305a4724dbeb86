"""One figure a file: a documented table in, an Altair chart out. No store, no server."""

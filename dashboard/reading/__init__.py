"""reading: what the pages take from the store, cached."""

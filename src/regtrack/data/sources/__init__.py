"""The registry: one file here is one source of data, found by `spec.known_sources`. Nothing else to edit."""

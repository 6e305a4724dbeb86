"""The commands: what the entry points of MLproject and `regtrack` at the terminal share."""

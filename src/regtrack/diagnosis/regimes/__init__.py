"""regimes: how a variant fits, with the evidence."""

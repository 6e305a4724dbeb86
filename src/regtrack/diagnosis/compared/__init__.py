"""compared: what of each example is compared by a measure, and the verdicts beside the primary one's."""

"""How many seeds a confirmation takes: known without anything heavy, so that too few are refused at once."""

FEWEST_SEEDS_TO_CONFIRM = 8
"""Fresh ones, of each."""

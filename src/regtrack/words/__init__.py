"""Words: how numbers, intervals, lists and markdown are written, one way each. Standard library only."""

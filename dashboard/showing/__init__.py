"""showing: what several pages draw or write the same way."""

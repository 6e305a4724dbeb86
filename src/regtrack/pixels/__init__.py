"""pixels: from the numbers of an example to the picture of it that a person sees, the same everywhere."""

"""techniques: variants by the regularizers that are at work, each technique at the settings it was tried with."""

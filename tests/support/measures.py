"""Which measures a trial has: some are defined for two classes alone."""

from regtrack.measures.declared import measures_computed

OF_MANY_CLASSES = tuple(measure.name for measure in measures_computed() if not measure.two_classes)
"""Names of those that every trial has, whatever its number of classes."""

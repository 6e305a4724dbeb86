"""What is varied: Variant (one point), Grid (all of them), Settings (what they share). Free of Keras and MLflow."""

from regtrack.variants.grid import Grid
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

__all__ = ["Grid", "Settings", "Variant"]

"""Where loading a serving model starts: this file lies in the model's code folder, beside all of regtrack in a zip.

MLflow puts that folder in front of sys.path for good. The zip follows only where regtrack is not in use already: a
process, and the workers it starts, must not mix two versions.
"""

import sys
from pathlib import Path

if "regtrack" not in sys.modules:
    sys.path.insert(0, str(Path(__file__).with_name("regtrack.zip")))

from regtrack.tracking.serving_model import _load_pyfunc

__all__ = ["_load_pyfunc"]

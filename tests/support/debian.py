"""Programs and data that Debian packages bring: without them a test is skipped, but under CI it fails."""

import os

import pytest


def needs(found, package: str):
    """`found` if there is something; else this test ends here, with the package that brings it."""
    if not found:
        if os.environ.get("CI"):
            pytest.fail(f"Debian's package {package} is not installed; .ci/run installs it")
        pytest.skip(f"Debian's package {package} is not installed (apt-get install {package})")
    return found

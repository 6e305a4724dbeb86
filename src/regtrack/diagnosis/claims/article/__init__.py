"""The registry: one file here is one claim of the article, found by importing the folder. Nothing else to edit."""

from regtrack.diagnosis.claims.base import Claim
from regtrack.registry import discover

CLAIMS: dict[str, Claim] = discover(__name__, __path__, Claim)
"""Every claim by name, in the order of the table."""

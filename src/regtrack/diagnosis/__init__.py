"""Which variant wins, how each fits, where it is confident and wrong: verdicts from tables. Loaded on first use."""

import importlib

_HOMES = {
    "Criteria": "criteria",
    "compare_variants": "comparison",
    "diagnose_regime": "diagnose",
    "diagnose_regimes": "diagnose",
    "judge_sweep": "judgement",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Which variant wins, how each fits, where it is confident and wrong: verdicts from tables. Loaded on first use."""

from regtrack.facade import lazy

_HOMES = {
    "Criteria": "criteria",
    "compare_variants": "differences.comparison",
    "diagnose_regime": "regimes.diagnose",
    "diagnose_regimes": "regimes.diagnose",
    "judge_sweep": "judgement",
}
__all__ = list(_HOMES)
__getattr__ = lazy(__name__, _HOMES)

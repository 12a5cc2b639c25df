"""How long the laws are looked for exceptions: RELANCE_HYPOTHESIS=thorough takes minutes."""

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("RELANCE_HYPOTHESIS") == "thorough"


def examples(quick: int, thorough: int = 5_000) -> settings:
    """Always the same few examples, or many new ones."""
    return settings(
        max_examples=thorough if THOROUGH else quick,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

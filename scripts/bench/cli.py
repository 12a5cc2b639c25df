"""How soon a command answers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from scripts.bench.figures import Figure, seconds
from scripts.bench.fill import filled


def figures() -> Iterator[Figure]:
    """--help, and simulate on a small book, each a process of its own; the median of five."""
    with tempfile.TemporaryDirectory() as folder:
        filled(Path(folder), invoices=200, customers=40, reminders=200)
        yield Figure("relance --help", _median("--help"), 0.3, "s", "median of 5 processes")
        how = "200 invoices, median of 5 processes"
        yield Figure("relance simulate", _median("--data-dir", folder, "simulate", "--json"), 1, "s", how)


def _median(*arguments: str) -> float:
    command = [sys.executable, "-m", "relance", *arguments]
    calls = [lambda: subprocess.run(command, capture_output=True, check=True, env=os.environ)] * 6
    return median([seconds(call) for call in calls][1:])

"""Run all measurements, or those named: plan, imports, mail, pages, cli."""

import importlib
import sys

ALL = ("plan", "imports", "mail", "letters", "pages", "cli")


def main(names: list[str]) -> int:
    """Print each figure as it comes; 1 when one misses its limit."""
    missed = 0
    for name in names or ALL:
        for figure in importlib.import_module(f"scripts.bench.{name}").figures():
            print(figure.line(), flush=True)
            missed += not figure.reached
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

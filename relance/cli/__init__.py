"""The command line, a contract others rely on (exit 0 done, 1 done with failures, 2 refused and nothing changed).

One file for each command; a command's module is imported only when it is called, so that `--help` is quick.
"""

from relance.cli.main import main

__all__ = ["main"]

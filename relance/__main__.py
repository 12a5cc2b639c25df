"""python -m relance, and the entry of the executable."""

from relance.cli import main

main()

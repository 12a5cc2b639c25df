"""A made-up French firm with a year behind it, to try Relance with: nothing can be sent from it."""

from relance.services.examples.clear import clear
from relance.services.examples.fill import fill, may_fill
from relance.services.examples.make import make

__all__ = ["clear", "fill", "make", "may_fill"]

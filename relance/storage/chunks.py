"""Values a few hundred at a time: a statement takes only so many of them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

AT_ONCE = 500

T = TypeVar("T")


def chunks(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The values in their order, at most `size` at a time."""
    left = iter(values)
    while part := list(islice(left, size)):
        yield part

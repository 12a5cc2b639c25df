"""Pages of a long list: `?page=2&par=50`."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is shown."""

    number: int
    per: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per))

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.per

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 in an empty list."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.offset + self.per, self.total)


def paging(args: MultiDict[str, str], total: int) -> Paging:
    """The page that an address asks for, or the nearest that exists."""
    per = args.get("par", SIZES[0], type=int)
    per = per if per in SIZES else SIZES[0]
    number = args.get("page", 1, type=int)
    return Paging(max(1, min(number, -(-total // per) or 1)), per, total)

"""What a letter will cost, from the firm's own table of its partner's prices."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from relance.channels.post.account import AddressPlacement, Color, PostAccount
from relance.domain.delivery import Postage


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One line of the table: letters of at most so many sheets."""

    postage: Postage
    color: Color
    sheets: int
    price: Decimal


def sheets_of(pages: int, account: PostAccount) -> int:
    """The sheets of paper of a letter of so many pages, its address sheet included."""
    sheets = (pages + 1) // 2 if account.both_sides else pages
    return sheets + (account.address_placement is AddressPlacement.BLANK_PAGE)


def estimate(postage: Postage, sheets: int, color: Color, prices: Iterable[PriceRow]) -> Decimal | None:
    """The price of one letter, from the line of the fewest sheets that holds it; None where no line does."""
    fitting = [row for row in prices if row.postage is postage and row.color is color and 1 <= sheets <= row.sheets]
    return min(fitting, key=lambda row: (row.sheets, row.price)).price if fitting else None

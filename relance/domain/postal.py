"""Whether a postal address has what a letter needs (RULES 4.2, LEGAL 11)."""

import re
from collections.abc import Iterable
from enum import StrEnum

# One postal area, whose postcodes are five digits.
FRENCH = frozenset(("FR", "GP", "MQ", "GF", "RE", "PM", "YT", "BL", "MF", "NC", "PF", "WF", "TF", "MC"))
_FIVE_DIGITS = re.compile("[0-9]{5}")


class Lacking(StrEnum):
    """What an address lacks."""

    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"


def lacking(street: Iterable[str], postcode: str, city: str, country: str) -> tuple[Lacking, ...]:
    """What keeps a letter from being posted there; a street and a postcode aren't known everywhere abroad."""
    french = country.strip().upper() in FRENCH
    wanted = (
        (Lacking.STREET, not french or any(line.strip() for line in street)),
        (Lacking.POSTCODE, not french or _FIVE_DIGITS.fullmatch("".join(postcode.split())) is not None),
        (Lacking.CITY, bool(city.strip())),
    )
    return tuple(what for what, is_there in wanted if not is_there)

"""A postal address as the sorting machines want it: NF Z 10-011 (LEGAL 11)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from relance.channels.letter.abbreviations import shortened
from relance.domain.delivery import PostalAddress
from relance.i18n import locale

LONGEST_LINE = 38
MOST_LINES = 6  # one more abroad, for the country
# One postal area: no country is written between them.
FRENCH = frozenset(("FR", "GP", "MQ", "GF", "RE", "PM", "YT", "BL", "MF", "NC", "PF", "WF", "TF", "MC"))
POSTCODE_LAST = frozenset(("GB", "IE", "US", "CA", "AU", "NZ", "IN", "SG", "ZA"))


class AddressFault(StrEnum):
    """What is wrong with an address."""

    NO_NAME = "address.no_name"
    NO_STREET = "address.no_street"
    NO_POSTCODE = "address.no_postcode"
    NO_CITY = "address.no_city"
    BAD_POSTCODE = "address.bad_postcode"  # not five digits, in France
    UNKNOWN_COUNTRY = "address.unknown_country"
    TOO_MANY_LINES = "address.too_many_lines"
    LONG_LINE = "address.long_line"  # past 38 characters, even abbreviated: readable, less surely by machines


@dataclass(frozen=True, slots=True)
class AddressLines:
    """The lines to print, and what is wrong with them: (fault, the line or value at fault)."""

    lines: tuple[str, ...]
    problems: tuple[tuple[AddressFault, str], ...] = ()

    @property
    def can_be_posted(self) -> bool:
        """Whether the post can deliver it: a long line is no obstacle, all the rest is."""
        return all(fault is AddressFault.LONG_LINE for fault, _ in self.problems)


def address_lines(address: PostalAddress, *, sender_country: str = "FR", language: str = "fr") -> AddressLines:
    """Name, delivery point and street, postcode and city; abroad the country last, in `language`."""
    country = address.country.strip().upper()
    abroad = _area(country) != _area(sender_country.strip().upper())
    place = _country_name(country, language)
    name = [line for line in (_clean(address.name),) if line]
    street = [line for line in map(_clean, address.street) if line]
    city = [line for line in (_city_line(address, country),) if line]
    name = _fitted(name, MOST_LINES - len(name) - len(street) - len(city), country)
    street = _fitted(street, MOST_LINES - len(name) - len(street) - len(city), country)
    if country in FRENCH:
        street = street[:-2] + [text for line in street[-2:] if (text := _machine_text(line))]
    lines = [*name, *street, *city]
    problems = [*_missing(address, street, country), *_misfits(lines)]
    if abroad and not place:
        problems.append((AddressFault.UNKNOWN_COUNTRY, country))
    return AddressLines((*lines, *((place,) if abroad and place else ())), tuple(problems))


def _area(country: str) -> str:
    return "FR" if country in FRENCH else country


def _country_name(country: str, language: str) -> str:
    name: str | None = locale(language).territories.get(country) if re.fullmatch("[A-Z]{2}", country) else None
    return name.upper() if name and country != "ZZ" else ""


def _clean(text: str) -> str:
    """One line, its spaces single, without what can't be printed."""
    signs = (" " if unicodedata.category(sign).startswith(("Z", "C")) else sign for sign in text)
    return " ".join(unicodedata.normalize("NFC", "".join(signs)).split())


def _machine_text(text: str) -> str:
    """Capitals without punctuation; a slash and the hyphen of house numbers carry meaning and stay."""
    kept = re.sub(r"(?<=\d)-(?=\d)", "\x00", text)
    signs = (" " if sign != "/" and unicodedata.category(sign).startswith("P") else sign for sign in kept)
    return " ".join("".join(signs).replace("\x00", "-").upper().split())


def _city_line(address: PostalAddress, country: str) -> str:
    postcode, city = _clean(address.postcode).upper(), _clean(address.city)
    if country in FRENCH:
        return " ".join((postcode.replace(" ", ""), _machine_text(city))).strip()
    parts = (city.upper(), postcode) if country in POSTCODE_LAST else (postcode, city.upper())
    return " ".join(part for part in parts if part)


def _missing(address: PostalAddress, street: list[str], country: str) -> list[tuple[AddressFault, str]]:
    postcode = _clean(address.postcode).replace(" ", "")
    wanted = (
        (AddressFault.NO_NAME, bool(_clean(address.name))),
        (AddressFault.NO_STREET, bool(street) or country not in FRENCH),
        (AddressFault.NO_POSTCODE, bool(postcode) or country not in FRENCH),
        (AddressFault.NO_CITY, bool(_clean(address.city))),
    )
    problems = [(fault, "") for fault, present in wanted if not present]
    if postcode and country in FRENCH and not re.fullmatch("[0-9]{5}", postcode):
        problems.append((AddressFault.BAD_POSTCODE, postcode))
    return problems


def _misfits(lines: list[str]) -> list[tuple[AddressFault, str]]:
    problems = [(AddressFault.LONG_LINE, line) for line in lines if len(line) > LONGEST_LINE]
    if len(lines) > MOST_LINES:
        problems.append((AddressFault.TOO_MANY_LINES, str(len(lines))))
    return problems


def _fitted(lines: list[str], spare: int, country: str) -> list[str]:
    """Over-long lines parted at a comma while there is a line to spare, else abbreviated, else parted at a space."""
    fitted: list[str] = []
    for line in lines:
        parts = _parted(line, ", ") if spare > 0 else [line]
        if country in FRENCH:
            parts = [shortened(part, LONGEST_LINE) for part in parts]
        if spare > 0 and len(parts) == 1:
            parts = _parted(parts[0], " ")
        spare -= len(parts) - 1
        fitted += parts
    return fitted


def _parted(line: str, separator: str) -> list[str]:
    """Two lines where the line is too long and the last separator in reach leaves both short enough."""
    if len(line) <= LONGEST_LINE:
        return [line]
    place = line.rfind(separator, 0, LONGEST_LINE + 1)
    rest = line[place + len(separator) :]
    return [line[:place], rest] if place > 0 and len(rest) <= LONGEST_LINE else [line]

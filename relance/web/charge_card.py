"""The card of an invoice's page about late interest and the fixed indemnity: the figures, how they came, why none."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from relance import i18n
from relance.domain.charges import Charges, Slice, WhyNone
from relance.domain.documents import CustomerKind
from relance.domain.money import to_decimal
from relance.services.charges import charges_of
from relance.services.sheet import Sheet
from relance.web.database import firm, reading
from relance.web.labels import charges as labels
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_words import customer_page
from relance.web.shell import link_to

SETTINGS = "settings_charges.index"
_FINE = "#,##0.0000"  # interest before it is rounded


@dataclass(frozen=True, slots=True)
class Line:
    """A slice as the table shows it."""

    first: date
    last: date
    days: int
    base: int
    rate: str  # empty where it isn't known
    interest: str


def charge_card(found: Sheet) -> dict[str, Any]:
    """What the card shows; `charges` is the domain's own answer."""
    row = found.row
    one = charges_of(reading(), firm(), [row.id], found.today)[row.id]
    whole = sum((_major(each, one.currency) for each in one.slices), Decimal(0))
    return {
        "charges": one,
        "charges_why": _(labels.WHY[one.why_none]) if one.why_none else "",
        "charges_mend": _mend(one, row.customer_id),
        "charges_settings": link_to(SETTINGS),
        "charges_missing": labels.half_years(tuple(each.half_year for each in one.missing), _),
        "charges_low": labels.half_years(one.under_floor, _),
        "charges_lines": [_line(each, one.currency) for each in one.slices],
        "charges_whole": _fine(whole),
        "charges_public": row.customer.kind is CustomerKind.PUBLIC,
        "charges_contract": firm().contract_rate is not None,
    }


def _mend(one: Charges, customer: int) -> tuple[str, str]:
    """Where the reason can be mended: address and words; empty where it can't."""
    match one.why_none:
        case WhyNone.UNKNOWN_KIND:
            return customer_page(customer), _("Say what kind of customer this is")
        case WhyNone.CUSTOMER_OFF | WhyNone.INSOLVENT | WhyNone.CONSUMER:
            return customer_page(customer), _("See the customer")
        case WhyNone.FIRM_OFF:
            return link_to(SETTINGS), _("Settings of penalties")
        case _:
            return "", ""


def _major(one: Slice, currency: str) -> Decimal:
    """Its interest in major units; nothing where the rate isn't known."""
    return (one.amount or Decimal(0)) * to_decimal(1, currency)


def _fine(amount: Decimal) -> str:
    return format_decimal(amount, _FINE, locale=i18n.locale(language()))


def _line(one: Slice, currency: str) -> Line:
    rate = i18n.percent(one.rate, language()) if one.rate is not None else ""
    interest = _fine(_major(one, currency)) if one.rate is not None else "–"
    return Line(one.first, one.last, one.days, one.base, rate, interest)

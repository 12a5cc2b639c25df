"""Sentences about late interest, the fixed indemnity and the rates that they follow."""

from collections.abc import Mapping
from datetime import date

from relance.domain.charges import WhyNone
from relance.storage.rates import Certainty
from relance.web.labels import N_, Say

WHY: dict[WhyNone, str] = {
    WhyNone.NOT_ASKED: N_("None: this document asks for no money."),
    WhyNone.CREDITED: N_("None: credit notes cover the whole invoice."),
    WhyNone.NO_DUE_DATE: N_("None: the invoice has no due date."),
    WhyNone.NOT_DUE: N_("None: the due date hasn't passed."),
    WhyNone.ON_TIME: N_("None: nothing was left to pay after the due date."),
    WhyNone.CONSUMER: N_("None: the customer is a private person."),
    WhyNone.UNKNOWN_KIND: N_("None: whether the customer is a professional isn't known."),
    WhyNone.FIRM_OFF: N_("None: penalties are switched off in the settings."),
    WhyNone.CUSTOMER_OFF: N_("None: penalties are switched off for this customer."),
    WhyNone.INSOLVENT: N_("None: the customer is in insolvency proceedings."),
}
CERTAINTY: dict[Certainty, str] = {
    Certainty.AGREE: N_("Several sources agree."),
    Certainty.SINGLE: N_("From a single source: check it."),
    Certainty.INDIRECT: N_("Read second-hand: check it with the European Central Bank and in the Journal officiel."),
}
FIRST_HALF, SECOND_HALF = N_("1st half of %(year)s"), N_("2nd half of %(year)s")
SENTENCES: dict[str, str] = {
    "charges.contract_rate": N_("Enter a rate above 0 and at most %(highest)s, such as 12.40."),
    "rates.reference": N_("Enter a rate between 0 and %(highest)s, such as 2.40."),
    "rates.legal": N_("Enter a rate between 0 and %(highest)s, such as 2.40."),
    "rates.nothing": N_("Enter at least one of the two rates."),
    "rates.half_year": N_("Choose one of the list."),
    "rates.source": N_("Enter a text on one line."),
    "rates.no_source": N_("Say where you read it."),
    "rates.source_too_long": N_("At most %(longest)s characters."),
}


def half_year(first: date, _: Say) -> str:
    """The name of a half-year, by its first day."""
    return _(FIRST_HALF if first.month == 1 else SECOND_HALF) % {"year": first.year}


def half_years(several: tuple[date, ...], _: Say) -> str:
    """Their names, one after the other."""
    return ", ".join(half_year(one, _) for one in several)


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about penalties or rates."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None

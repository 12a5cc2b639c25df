"""Sentences of the page "to correct": what is wrong with an address, and why a correction is refused."""

from collections.abc import Mapping

from relance import i18n
from relance.domain.delivery import ChannelName
from relance.domain.postal import Lacking
from relance.services.corrections import Gap, Line, Wrong
from relance.storage.recipients import SmsRefusal
from relance.web.labels import N_, Say
from relance.web.labels.delivery import delivery_error
from relance.web.labels.reasons import translate

LACKING: dict[Lacking, str] = {
    Lacking.STREET: N_("the street"),
    Lacking.POSTCODE: N_("the postcode"),
    Lacking.CITY: N_("the city"),
}
NUMBERS: dict[SmsRefusal, str] = {
    SmsRefusal.NOT_A_NUMBER: N_("%(number)s isn't a telephone number."),
    SmsRefusal.LANDLINE: N_("%(number)s is a landline: no text message can be sent to it."),
    SmsRefusal.SHORT: N_("%(number)s is too short: no text message can be sent to it."),
    SmsRefusal.SPECIAL: N_("%(number)s is a special number: no text message can be sent to it."),
    SmsRefusal.OTHER: N_("%(number)s isn't a mobile number."),
}
SENTENCES = {
    "correction.gone": N_("This customer is gone."),
    "correction.empty": N_("Enter an e-mail address or a mobile number."),
    "correction.address": N_("“%(value)s” isn't an e-mail address. Enter one, such as name@company.fr."),
    "correction.own": N_("“%(value)s” is your own address. Enter the customer's."),
    "correction.not_a_number": N_(
        "“%(value)s” is neither an e-mail address nor a telephone number. Enter one, such as name@company.fr."
    ),
    "correction.landline": N_("“%(value)s” is a landline: enter a mobile number, or an e-mail address."),
    "correction.short_number": N_("“%(value)s” is too short: enter a mobile number, or an e-mail address."),
    "correction.special_number": N_("“%(value)s” is a special number: enter a mobile number, or an e-mail address."),
    "correction.not_mobile": N_("“%(value)s” isn't a mobile number: enter one, or an e-mail address."),
}
_MARKED = {
    (Wrong.REFUSED, False): N_("The address %(address)s is refused: no message reaches it."),
    (Wrong.REFUSED, True): N_("The number %(address)s is refused: no text message reaches it."),
    (Wrong.LEFT_ALONE, False): N_("The address %(address)s takes no message for now: it is left alone until %(day)s."),
    (Wrong.LEFT_ALONE, True): N_("The number %(address)s takes no message for now: it is left alone until %(day)s."),
    (Wrong.OWN, False): N_("%(address)s is your own address: no reminder is sent to it."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """Why a correction is refused."""
    return _(SENTENCES[code]) % facts if code in SENTENCES else None


def what(line: Line, language: str) -> list[str]:
    """What is wrong, in words."""
    _ = translate(language)
    if line.wrong is Wrong.MISSING:
        return [_gap(gap, line, _) for gap in line.gaps]
    if line.wrong is Wrong.FAILED:
        return [
            _("The last message did not arrive."),
            *([delivery_error(line.code, "", language)] if line.code else []),
        ]
    is_number = "@" not in line.address
    day = i18n.short_date(line.until, language) if line.until else ""
    return [_(_MARKED[line.wrong, is_number]) % {"address": line.address, "day": day}]


def _gap(gap: Gap, line: Line, _: Say) -> str:
    if gap.channel is ChannelName.EMAIL:
        return _("These invoices' own addresses can't be used.") if line.own else _("No e-mail address.")
    if gap.channel is ChannelName.SMS:
        return _(NUMBERS[gap.why]) % {"number": gap.number} if gap.why else _("No mobile number.")
    parts = ", ".join(_(LACKING[one]) for one in gap.lacking)
    return _("The postal address is incomplete: it lacks %(parts)s.") % {"parts": parts}

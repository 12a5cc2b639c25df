"""Words about text messages: what they take and cost, whom they can't reach, what came of a test."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from relance import i18n, paths
from relance.web.labels import N_, Say
from relance.web.labels.failures_sms import NUMBER_WITHOUT_NAME, NUMBERS
from relance.web.labels.reasons import translate

if TYPE_CHECKING:
    from relance.services.sms_settings import Tried


def count(parts: int, language: str) -> str:
    """How many SMS a text takes."""
    said = i18n.translator(language, paths.locales()).ngettext("%(count)s SMS", "%(count)s SMS", parts)
    return said % {"count": parts}


def cost(parts: int, price: Decimal | None, currency: str, language: str) -> str:
    """How many SMS, and what they cost where that is known: 2 SMS, 0,13 €."""
    if price is None:
        return count(parts, language)
    return f"{count(parts, language)}, {i18n.money(price, currency or 'EUR', language)}"


def test_sent(tried: "Tried", language: str) -> str:
    """A test left."""
    receipt = tried.receipt
    return translate(language)(
        N_("The provider took the test for %(number)s (%(cost)s): look at that telephone. Nothing was recorded.")
    ) % {"number": tried.to, "cost": cost(tried.parts, receipt.price, receipt.currency, language)}


def credit(left: Decimal, price_per_part: Decimal, language: str) -> str:
    """The account was checked: what is left on it."""
    _ = translate(language)
    amount = {"credit": i18n.money(left, "EUR", language)}
    if price_per_part > 0 and left > 0:
        amount["count"] = count(int(left / price_per_part), language)
        return _("The key and the secret are right. Credit left: %(credit)s, about %(count)s.") % amount
    return _("The key and the secret are right. Credit left: %(credit)s.") % amount


def no_mobile(facts: Mapping[str, object], _: Say) -> str:
    """Why no text message can go to anybody, number by number."""
    numbers, why = _texts(facts.get("numbers")), _texts(facts.get("reasons"))
    customer = str(facts.get("customer") or "")
    if not customer:
        return _(NUMBER_WITHOUT_NAME.get(why[0] if why else "", NUMBER_WITHOUT_NAME["sms.not_mobile"]))
    if not numbers:
        return _("%(customer)s has no mobile number: add one on the customer's page.") % {"customer": customer}
    told = [
        _(NUMBERS.get(code, NUMBERS["sms.not_mobile"])) % {"number": one}
        for one, code in zip(numbers, why, strict=False)
    ]
    return _("No text message can go to %(customer)s: %(why)s. Add a mobile number on the customer's page.") % {
        "customer": customer,
        "why": ", ".join(told) or ", ".join(numbers),
    }


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else []

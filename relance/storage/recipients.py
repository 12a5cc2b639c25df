"""Which of a customer's numbers a text message can go to (RULES 4.2)."""

from functools import lru_cache


@lru_cache(maxsize=65536)
def mobile(number: str, country: str) -> str | None:
    """A mobile number in international form (+33612345678), or None for a landline or what isn't a number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    mobiles = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in mobiles:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def mobiles_of(numbers: tuple[str, ...], country: str) -> tuple[str, ...]:
    """The mobile numbers among some, in order, each once."""
    found = (mobile(number, country) for number in numbers if number)
    return tuple(dict.fromkeys(number for number in found if number))

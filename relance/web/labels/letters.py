"""Sentences about letters: what was printed, posted, marked; why not; where a letter is."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from relance import i18n, paths
from relance.domain.delivery import Postage
from relance.domain.reasons import ReasonCode
from relance.services.letters.printing import Printed
from relance.services.mark import Means
from relance.web.labels import N_, Say, reasons
from relance.web.labels.reasons import translate

POSTAGES: dict[str, str] = {
    Postage.ECONOMY.value: N_("Economy letter"),
    Postage.PRIORITY.value: N_("Priority letter"),
    Postage.REGISTERED.value: N_("Registered letter"),
    Postage.REGISTERED_RECEIPT.value: N_("Registered letter with proof of delivery"),
}
MEANS: dict[str, str] = {
    Means.CALL.value: N_("Telephone"),
    Means.LETTER.value: N_("Letter"),
    Means.EMAIL.value: N_("E-mail"),
    Means.SMS.value: N_("SMS"),
}
TRACKING: dict[str, str] = {
    "PRIS_EN_CHARGE": N_("Taken by the post"),
    "A_RETIRER": N_("To be fetched at the post office"),
    "DISTRIBUE": N_("Delivered"),
    "RETOUR_DESTINATAIRE": N_("Returned to the sender"),
    "INCONNU": N_("Unknown"),
    "post.wrong_address": N_("The partner says that the address is wrong"),
    "post.error": N_("The partner could not make this letter"),
    "post.cancelled": N_("Cancelled at the partner's"),
    "post.letter_not_found": N_("The partner doesn't know this letter any more"),
}
PROOFS: dict[str, str] = {
    "filing_proof": N_("Proof of posting"),
    "delivery_proof": N_("Proof of delivery"),
    "return_to_sender_proof": N_("Proof of return"),
}
NOT_A_PRICE = N_("This is not a price. Example: 1.45.")
REFUSALS: dict[str, str] = {
    "letter.too_many": N_("At most %(most)s letters are printed at once: %(count)s were chosen. Choose fewer."),
    "letter.file_gone": N_("The file of a printed letter is gone from the data folder. Print these letters anew."),
    "letter.batch_failed": N_("The letters could not be put together (%(fault)s). Print them one by one."),
    "letter.day_to_come": N_("This day is still to come: give the day on which the letters were posted."),
    "letter.before_it_was_made": N_("A letter was made on %(made_on)s: it can't have been posted before."),
    "letter.note_too_long": N_("The note is too long: at most %(longest)s characters."),
    "letter.bad_number": N_("“%(number)s” isn't a registered letter's number: letters, digits and spaces alone."),
    "letter.not_waiting": N_("This letter doesn't wait to be printed any more."),
    "letter.not_with_partner": N_("The partner doesn't have this letter, or it is too late to stop it."),
    "letter.not_unknown": N_("It is known by now what became of this letter."),
    "letter.none_chosen": N_("Choose at least one letter."),
    "mark.day": N_("Give a day from %(first)s to %(last)s."),
    "mark.that_day": N_("Invoice %(number)s was reminded of on %(day)s already. Once a day is the most."),
    "mark.printed": N_(
        "A letter about invoice %(number)s is printed: mark that letter as posted, or decide not to send it."
    ),
    "mark.nothing": N_("None of these invoices can be marked as reminded."),
    "letters.no_key": N_("Give the partner's API key, or choose another way."),
    "letters.no_folder": N_("Name the folder that the letters go to."),
    "letters.host": N_("The partner's address must begin with https:// where others reach Relance."),
    "letters.logo_too_large": N_("This picture is too large: give one of at most 1 MB."),
    "letters.no_logo": N_("Choose a picture first."),
    "letters.bad_logo": N_("This file is no PNG or JPEG picture that can be read. Give another."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of letters and of marks."""
    if code not in REFUSALS:
        return None
    return _(REFUSALS[code]) % {name: _told(value) for name, value in facts.items()}


def _told(value: object) -> object:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


def printed(done: Printed, language: str) -> list[str]:
    """What was printed, in sentences."""
    said = i18n.translator(language, paths.locales())
    count = len(done.letters)
    if not count:
        return []
    return [
        said.ngettext("%(count)s letter is ready to be printed.", "%(count)s letters are ready to be printed.", count)
        % {"count": count}
    ]


def left_out(done: Printed, names: Mapping[int, str], language: str) -> list[str]:
    """Who gets no letter after all, each with the reason."""
    from relance.web.labels.messages import withdrawn
    from relance.web.labels.refusals import refusal

    _ = translate(language)
    gone = [(key, withdrawn(code, language) if code else "") for key, code in done.withdrawn.items()]
    held = [(key, refusal(error, language)) for key, error in done.refused.items()]
    return [
        *(_("%(name)s: not sent any more. %(why)s") % {"name": names.get(key, ""), "why": why} for key, why in gone),
        *(_("%(name)s: not printed. %(why)s") % {"name": names.get(key, ""), "why": why} for key, why in held),
    ]


def posted(count: int, language: str) -> str:
    """Letters were marked as posted."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext("%(count)s letter is marked as posted.", "%(count)s letters are marked as posted.", count) % {
        "count": count
    }


def undone(count: int, language: str) -> str:
    """The mark was taken back."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext(
        "%(count)s letter waits again to be posted.", "%(count)s letters wait again to be posted.", count
    ) % {"count": count}


def dropped(count: int, language: str) -> str:
    """Letters that a person decided not to send."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext("%(count)s letter won't be sent.", "%(count)s letters won't be sent.", count) % {
        "count": count
    }


def marked(count: int, language: str) -> str:
    """Invoices were marked as reminded."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext(
        "%(count)s invoice is marked as reminded.", "%(count)s invoices are marked as reminded.", count
    ) % {"count": count}


def handed_over(count: int, language: str) -> str:
    """Letters leave by the way that is set up now."""
    said = i18n.translator(language, paths.locales())
    return said.ngettext("%(count)s letter leaves now.", "%(count)s letters leave now.", count) % {"count": count}


def doubt(code: ReasonCode, language: str) -> str:
    """Why a printed letter should not be posted."""
    return reasons.headline(code, language)


def how(word: str, language: str) -> str:
    """How a reminder travelled, a call included."""
    return translate(language)(MEANS[word]) if word in MEANS else word


def postage(word: str, language: str) -> str:
    """A kind of postage."""
    return translate(language)(POSTAGES[word]) if word in POSTAGES else word


def price(amount: Decimal, currency: str, language: str) -> str:
    """What a letter costs."""
    return i18n.money(amount, currency or "EUR", language)


def part(level: int, language: str) -> str:
    """The name of the part of a batch that letters of a level stand in."""
    return reasons.level(level, language)

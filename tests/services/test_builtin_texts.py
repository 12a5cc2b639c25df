"""Every built-in model, in every language and channel whose file is there: sound, complete, and fit for its reader."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from relance import paths
from relance.channels.letter import Table
from relance.domain.charges import Charges, Slice
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.merge import FIELDS, Conditions, faults, fill
from relance.domain.sms import Encoding, parts
from relance.i18n import MESSAGE_LANGUAGES, long_date, money
from relance.services import texts
from relance.services.messages.compose import compose
from relance.services.messages.compose_letter import draw
from relance.services.messages.facts import MessageFacts, StepFacts
from relance.services.texts import Stage
from tests.services.facts import HOUSE, TODAY, a_claim, a_desk, some_facts, two_claims

E, S, L = ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER
SUFFIX = {E: ".txt", S: ".sms.txt", L: ".letter.txt"}
OFFSET = {Stage.BEFORE_DUE: -5, Stage.DUE_DAY: 0, Stage.FIRST: 8, Stage.SECOND: 20, Stage.THIRD: 35}
DUE = date(2026, 10, 31)
DAY = {Stage.BEFORE_DUE: date(2026, 10, 26), Stage.DUE_DAY: DUE}
EARLIER = (date(2026, 11, 9), date(2026, 11, 16))
KINDS = {"company": CustomerKind.COMPANY, "consumer": CustomerKind.CONSUMER, "unknown": CustomerKind.UNKNOWN}
FORMAL = {  # LEGAL 3, UX 4.3
    "fr": "MISE EN DEMEURE",
    "en": "FORMAL NOTICE",
    "de": "(LETZTE |FÖRMLICHE )?MAHNUNG",
    "es": "REQUERIMIENTO (FORMAL |FEHACIENTE )?DE PAGO",
    "it": "(COSTITUZIONE|MESSA) IN MORA",
    "nl": "INGEBREKESTELLING",
}
ALREADY_PAID = {
    "fr": r"parvenu|déjà (réglée?s?|payée?s?|régularisée?s?)|tenir compte|ignore[rz] ce SMS",
    "en": r"already (paid|reached|been paid|settled)|disregard|ignore this",
    "de": r"bereits|betrachten|gegenstandslos|ignorieren",
    "es": r"ya ha|ya ha[ny]|ya pagad|ya abonad|ignore|caso omiso|sin efecto|no tenga en cuenta",
    "it": r"già|ignor|non tener|non tenga",
    "nl": r"al (betaald|voldaan|ontvangen|overgemaakt)|reeds|als niet verzonden|negeren|niet nodig",
}
PAY_TO = {
    "fr": r"virement|IBAN",
    "en": r"transfer|IBAN",
    "de": r"überweis|IBAN",
    "es": r"transferencia|IBAN",
    "it": r"bonifico|IBAN",
    "nl": r"overmak|overschrijving|overboek|IBAN",
}
# What only a professional may be told: the 40 euros, penalties, the commercial code, recovery costs (LEGAL 4).
CHARGES = re.compile(
    r"(?<![\d.,])40(,00|\.00)?[ \u00a0\u202f]?(€|EUR|euro)|(€|EUR)[ \u00a0\u202f]?40(?![\d])|pénalit|indemnité|"
    r"L\.[ \u00a0]?441|frais de recouvrement|penalt|recovery (charge|cost|fee)|late-payment interest|fixed charge|"
    r"Verzugspauschale|Pauschale|Handelsgesetzbuch|penalizaci|indemnizaci|costes de cobro|"
    r"indennizzo|penalità|boete|incassokosten|vergoeding",
    re.IGNORECASE,
)
CHARGED = Charges(
    "EUR",
    TODAY,
    slices=(Slice(date(2026, 11, 1), TODAY, 612000, Decimal("12.15"), date(2026, 7, 1)),),
    interest=4482,
    indemnity=4000,
)
CHARGE_FIELDS = {"PENALITES", "TAUX_PENALITES", "INDEMNITE"}
PRESENT = [
    (language, model.name, channel)
    for language, model, channel in product(MESSAGE_LANGUAGES, texts.catalogue(), (E, S, L))
    if (paths.templates() / "messages" / language / f"{model.name}{SUFFIX[channel]}").is_file()
]
WRITTEN = [one for one in PRESENT if one[2] is not S]
MESSAGES = [one for one in PRESENT if one[2] is S]


def _situation(language: str, name: str, channel: ChannelName, **changes: object) -> MessageFacts:
    stage = texts.by_name()[name].stage
    earlier = EARLIER if stage in (Stage.SECOND, Stage.THIRD) else ()
    step = StepFacts(stage.level, OFFSET[stage], deadline_days=8 if stage.level else None, template=name)
    claim = a_claim(due_date=DUE, reference="BC-4471")
    if name == "niveau-1-partiel":
        claim = replace(claim, balance=212000)
    given = {"channel": channel, "language": language, "step": step, "claims": (claim,), "earlier": earlier}
    return some_facts(**{**given, **changes})


def _day(name: str) -> date:
    return DAY.get(texts.by_name()[name].stage, TODAY)


def _finished(facts: MessageFacts, **house: object) -> tuple[str, str]:
    """Subject and text as they leave; a letter's with its table and its part on how to pay."""
    assert facts.step.template is not None
    desk = a_desk(today=_day(facts.step.template), house=replace(HOUSE, **house))  # type: ignore[arg-type]
    if facts.channel is not L:
        made = compose(facts, desk)
        assert (made.template, made.language) == (facts.step.template, facts.language)
        return made.subject, made.text
    letter = draw(facts, desk).letter
    body = "\n".join("\n".join(map(" | ".join, one.rows)) if isinstance(one, Table) else one for one in letter.body)
    paying = "\n".join(map(" ".join, letter.payment.facts)) if letter.payment else ""
    return letter.subject, f"{body}\n{paying}"


def _situations(language: str, name: str, channel: ChannelName) -> Iterator[tuple[str, str, str]]:
    """What it says to each kind of reader, about one invoice and several, with little known and with all."""
    bare: dict[str, object] = {"claims": (a_claim(issue_date=None, due_date=DUE),), "earlier": ()}
    poor: dict[str, object] = {"iban": "", "bic": "", "phone": ""}
    several: dict[str, object] = {"claims": two_claims()}
    one: dict[str, object] = {}
    known = ((one, one), (several, one), (several, poor), (bare, poor))
    for (changes, house), (word, kind) in product(known, KINDS.items()):
        yield word, *_finished(_situation(language, name, channel, kind=kind, **changes), **house)
    usual = _situation(language, name, channel)
    yield "company", *_finished(replace(usual, step=replace(usual.step, deadline_days=None)))
    carried = tuple(replace(claim, charges=CHARGED) for claim in usual.claims)
    yield "company", *_finished(replace(usual, claims=carried))
    yield "company not charged", *_finished(replace(usual, claims=carried, charged=False))
    yield "consumer", *_finished(replace(usual, claims=carried, kind=CustomerKind.CONSUMER))


def test_every_model_is_there_in_french_for_each_channel_that_it_fits() -> None:
    fits = {("fr", model.name, channel) for model in texts.catalogue() for channel in model.channels}
    assert fits - set(PRESENT) == set()


def test_no_file_lies_about_that_no_model_names() -> None:
    files = {path.name for path in (paths.templates() / "messages").glob("*/*.txt")}
    others = {"recapitulatif.letter.txt"}  # the summary letter is no reminder
    assert files - {f"{model.name}{end}" for model in texts.catalogue() for end in SUFFIX.values()} == others


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_no_language_has_less_than_french(language: str) -> None:
    french = {one[1:] for one in PRESENT if one[0] == "fr"}
    assert {one[1:] for one in PRESENT if one[0] == language} == french


@pytest.mark.parametrize(("language", "name", "channel"), PRESENT)
def test_a_text_is_sound(language: str, name: str, channel: ChannelName) -> None:
    text = texts.builtin(name, channel)[language]
    assert text.subject
    assert "\n\n" not in text.subject
    assert faults(text.subject) == faults(text.body) == ()


@pytest.mark.parametrize(("language", "name", "channel"), PRESENT)
def test_a_text_can_be_finished_whatever_is_known_and_never_speaks_of_charges_to_a_consumer(
    language: str, name: str, channel: ChannelName
) -> None:
    """LEGAL 4: who isn't known to be a business is told of no penalty, no 40 euros and no recovery cost."""
    for reader, subject, text in _situations(language, name, channel):
        whole = f"{subject}\n{text}"
        assert "[" not in whole
        assert re.search(r"#[A-Z_]+#", whole) is None
        assert "!" not in whole
        assert re.search(r" [,.]|\(\)|,,|\.\.(?!\.)|  ", re.sub(r" {2,}\|", "|", whole)) is None, whole
        if reader != "company":  # nor a company that the firm doesn't charge
            assert CHARGES.search(whole) is None, whole


@pytest.mark.parametrize(("language", "name", "channel"), PRESENT)
def test_the_fields_of_charges_stand_in_blocks_for_professionals(
    language: str, name: str, channel: ChannelName
) -> None:
    text = texts.builtin(name, channel)[language]
    said = fill(f"{text.subject}\n{text.body}", {field: f"<{field}>" for field in FIELDS}, Conditions(late=True)).text
    assert CHARGE_FIELDS.isdisjoint(re.findall(r"<([A-Z_]+)>", said))


@pytest.mark.parametrize(("language", "name", "channel"), WRITTEN)
def test_a_text_says_which_invoice_when_how_much_how_to_pay_and_who_writes(
    language: str, name: str, channel: ChannelName
) -> None:
    subject, text = _finished(_situation(language, name, channel))
    amount = money(_situation(language, name, channel).claims[0].balance // 100, "EUR", language)
    assert "F-2026-0401" in text
    assert amount in text
    assert long_date(DUE, language) in subject + text
    assert re.search(PAY_TO[language], text, re.IGNORECASE)
    assert "FR76 3000" in text
    assert re.search(ALREADY_PAID[language], text, re.IGNORECASE)
    assert text.find("Bonnet Conseil") > 0


@pytest.mark.parametrize(("language", "name", "channel"), WRITTEN)
def test_a_text_of_several_invoices_lists_them_and_gives_the_sum(
    language: str, name: str, channel: ChannelName
) -> None:
    _, text = _finished(_situation(language, name, channel, claims=two_claims()))
    assert {"F-2026-0388", "F-2026-0401"} <= set(re.findall(r"F-2026-\d+", text))
    assert money(sum(claim.balance for claim in two_claims()) // 100, "EUR", language).split(",")[0][:5] in text


@pytest.mark.parametrize(("language", "name", "channel"), WRITTEN)
def test_a_text_of_level_2_names_the_earlier_reminders_and_the_day_to_pay_by(
    language: str, name: str, channel: ChannelName
) -> None:
    if texts.by_name()[name].stage not in (Stage.SECOND, Stage.THIRD):
        return
    _, text = _finished(_situation(language, name, channel))
    assert long_date(EARLIER[-1], language) in text
    assert long_date(date(2026, 11, 30), language) in text


@pytest.mark.parametrize(("language", "name", "channel"), WRITTEN)
def test_a_part_payment_is_acknowledged(language: str, name: str, channel: ChannelName) -> None:
    if name != "niveau-1-partiel":
        return
    _, text = _finished(_situation(language, name, channel))
    assert money(4000, "EUR", language) in text
    assert money(2120, "EUR", language) in text


@pytest.mark.parametrize(("language", "name", "channel"), WRITTEN)
def test_level_3_says_its_formal_words_in_capitals_and_no_other_level_does(
    language: str, name: str, channel: ChannelName
) -> None:
    """RULES 4, LEGAL 6: what is a formal notice says so in its subject; the last notice before it isn't one."""
    for changes in ({}, {"claims": two_claims()}):
        subject, _ = _finished(_situation(language, name, channel, **changes))
        if texts.by_name()[name].stage is not Stage.THIRD:
            assert re.search(FORMAL[language], subject) is None
            assert subject != subject.upper()
        elif name == "niveau-3-dernier-avis":
            assert not re.match(rf"[^A-Z]*{FORMAL[language]}", subject.partition(":")[2] if channel is L else subject)
            assert re.search(r"[A-ZÉÈÀÖÜÄ]{4,} ?[A-ZÉÈÀÖÜÄ]*", subject)
        else:
            assert re.search(FORMAL[language], subject)


@pytest.mark.parametrize(("language", "name", "channel"), MESSAGES)
def test_an_sms_is_one_part_in_the_telephones_own_alphabet(language: str, name: str, channel: ChannelName) -> None:
    for changes in ({}, {"claims": two_claims()}):
        subject, text = _finished(_situation(language, name, channel, **changes))
        counted = parts(text)
        assert (counted.encoding, counted.parts) == (Encoding.GSM7, 1), text
        assert len(text) <= 160, text
        assert "Bonnet Conseil" in text
        assert "0142000000" in text
        if texts.by_name()[name].stage is Stage.THIRD:  # a formal notice is a letter
            assert re.search(FORMAL[language], f"{subject} {text}") is None
    assert "F-2026-0401" in _finished(_situation(language, name, channel))[1]


@pytest.mark.parametrize(("language", "name", "channel"), MESSAGES)
def test_the_file_of_an_sms_needs_no_mending_to_be_plain(language: str, name: str, channel: ChannelName) -> None:
    body = re.sub(r"\[[^\]]*\]|#[A-Z_]+#", "", texts.builtin(name, channel)[language].body)
    assert parts(body).encoding is Encoding.GSM7


@pytest.mark.parametrize(("language", "name", "channel"), [one for one in PRESENT if one[0] == "fr"])
def test_french_typography(language: str, name: str, channel: ChannelName) -> None:
    text = "\n".join(_finished(_situation(language, name, channel), iban="", bic="")) if channel is not S else ""
    assert re.findall(r"(?<![\u00a0\u202f:])[:;?!%€»](?!//)|«(?!\u00a0)", text) == []
    assert "'" not in text

"""A test message: the same text, to the person who asks."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from relance import config
from relance.domain.delivery import ChannelName, PostalAddress
from relance.services.by_hand import by_hand, pick
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.messages.compose import Composed, compose_test, prepare
from relance.services.messages.compose_letter import draw
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Invoice, Message, Template, TemplateText
from tests.services.facts import TODAY, a_desk, some_facts
from tests.services.message_builders import NOW, a_customer, a_message, an_invoice, set_up_firm

ASKER = "camille@bonnet.example"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database empty
        set_up_firm(session)
        yield session


def trial(
    session: Session,
    invoice: Invoice,
    step: int = 3,
    channel: ChannelName = ChannelName.EMAIL,
    asker: str = ASKER,
    folder: Path = Path("/nowhere"),
) -> Composed:
    session.flush()
    firm, accounts = the_firm(session), read_accounts(session)
    situation = by_hand(session, firm, invoice.id, NOW.astimezone(ZoneInfo("Europe/Paris")))
    ref = pick(situation, step)
    return compose_test(session, situation, ref, channel, firm, accounts, TODAY, asker, folder)


def test_a_test_goes_to_the_asker_alone_and_names_the_real_recipients(session: Session) -> None:
    invoice = an_invoice(session, a_customer(session))
    made = trial(session, invoice)
    assert (made.to, made.cc, made.bcc) == ((ASKER,), (), ())
    assert made.subject == "[Test] Facture F-1\u00a0: échéance dépassée"
    first = "Message de test. Destinataires prévus\u00a0: compta@mercier.example, copie@bonnet.example."
    assert made.text.split("\n", 1)[0] == first
    assert first in made.html


def test_a_test_is_otherwise_the_real_message(session: Session) -> None:
    invoice = an_invoice(session, a_customer(session))
    made = trial(session, invoice)
    message = a_message(session, invoice)
    accounts = read_accounts(session)
    real = prepare(session, [message.id], the_firm(session), accounts, TODAY, Path("/nowhere"))[message.id]
    assert isinstance(real, Composed)
    assert made.text.split("\n\n", 1)[1] == real.text
    assert made.sender == real.sender


def test_a_test_writes_nothing(session: Session) -> None:
    trial(session, an_invoice(session, a_customer(session)))
    assert not session.new and not session.dirty
    assert session.scalar(select(func.count(Message.id))) == 0


def test_a_customer_without_an_address_can_be_trial(session: Session) -> None:
    made = trial(session, an_invoice(session, a_customer(session, contacts=[])))
    assert made.text.startswith("Message de test. Destinataires prévus\u00a0: aucun.")
    assert "Bonjour,\n" in made.text


def test_a_test_in_the_customers_language(session: Session) -> None:
    made = trial(session, an_invoice(session, a_customer(session, language="en")))
    assert made.text.startswith("Test message. Intended recipients: compta@mercier.example")


def test_a_test_of_a_text_that_lacks_a_value_says_so(session: Session) -> None:
    text = TemplateText(language="fr", subject="s", body="#LIEN_PAIEMENT#")
    session.add(Template(name="niveau-1", channel=ChannelName.EMAIL, texts=[text]))
    with pytest.raises(Refused, match="LIEN_PAIEMENT"):
        trial(session, an_invoice(session, a_customer(session)))


def test_a_test_sms_goes_to_the_askers_number_and_starts_with_its_mark(session: Session) -> None:
    invoice = an_invoice(session, a_customer(session))
    made = trial(session, invoice, channel=ChannelName.SMS, asker="06 11 22 33 44")
    assert made.to == ("+33611223344",)
    assert made.text.startswith("TEST Bonnet Conseil : sauf erreur, la facture F-1 ")
    assert made.subject.startswith("TEST ")


@pytest.mark.parametrize(
    ("asker", "reasons"),
    [
        ("01 42 00 00 00", ["sms.landline"]),
        ("camille@bonnet.example", ["sms.not_a_number"]),
        ("", ["sms.not_a_number"]),
    ],
)
def test_a_test_sms_to_no_mobile_says_so(session: Session, asker: str, reasons: list[str]) -> None:
    invoice = an_invoice(session, a_customer(session, phone="06 12 34 56 78"))
    with pytest.raises(Refused) as caught:
        trial(session, invoice, channel=ChannelName.SMS, asker=asker)
    assert caught.value.code == "compose.no_mobile"
    assert caught.value.facts["reasons"] == reasons


def test_a_test_letter_is_marked_and_keeps_nothing(session: Session, tmp_path: Path) -> None:
    invoice = an_invoice(session, a_customer(session))
    made = trial(session, invoice, channel=ChannelName.LETTER, folder=tmp_path)
    assert made.pdf.startswith(b"%PDF-")
    assert made.subject == "TEST Facture F-1, échéance dépassée"
    assert made.attachments[0]["name"] == "TEST-relance-F-1-niveau-1.pdf"
    assert list(tmp_path.iterdir()) == []
    assert session.scalar(select(func.count(Message.id))) == 0


def test_a_test_letter_bears_its_watermark() -> None:
    facts = some_facts(channel=ChannelName.LETTER, address=PostalAddress("Mercier", (), "", ""))
    assert draw(facts, a_desk(), test=True).letter.watermark == "TEST"
    assert draw(some_facts(channel=ChannelName.LETTER), a_desk()).letter.watermark == ""

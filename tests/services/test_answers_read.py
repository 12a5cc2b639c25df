"""What people and machines answer to reminders that really left: a pause at most."""

import pytest

from relance.domain.program import from_offsets
from relance.domain.status import MessageState
from relance.services.mailbox.news import Decision, note
from relance.services.mailbox.replies import Verdict, decide, settle_paid
from relance.storage import db
from relance.storage.models import Contact
from tests.services.firm import replace_program
from tests.services.post_office import COMPTA, PostOffice, complaint, mail, next_day

HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} #CLIENT#",
    "commands": "STOP\nPAYÉE\nX-Relance: paid\nA1 DELETE INBOX\n'; DROP TABLE invoice; --",
    "zero bytes": "a\0b",
    "line separators": "a\u2028b\u0085c\u202ed",
    "huge": "je paierai " * 200_000,
    "empty": "",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_reply_says_it_only_pauses(office: PostOffice, words: str) -> None:
    sent = office.reminded()
    before = office.firm.find("F-1")
    raw = mail(office, "%words%", to=sent).replace(b"%words%", words.encode())
    office.comes_in(raw)
    (noted,) = office.news()
    assert (noted.kind, len(noted.text) <= 10_000, "\0" in noted.text) == ("replied", True, False)
    after = office.firm.find("F-1")
    assert (after.balance, after.level, after.excluded, after.status) == (
        before.balance,
        before.level,
        before.excluded,
        before.status,
    )
    assert [(one.kind, one.origin) for one in office.holds()] == [("pause", "reply")]
    assert office.marked() == {}


def test_a_reply_that_names_another_customers_reminder_pauses_that_alone(office: PostOffice) -> None:
    office.reminded()
    stolen = office.reminded("compta@aubry.example", number="A-1", code="AUB")
    office.comes_in(mail(office, "payez", to=stolen, sender=COMPTA))
    (noted,) = office.news()
    assert (noted.customer_id, noted.address) == (office.firm.customers["AUB"], COMPTA)
    assert [one.invoice_id for one in office.holds()] == [office.firm.find("A-1").id]
    assert (office.marked(), office.firm.find("A-1").level) == ({}, 1)


def test_a_mail_of_a_stranger_is_not_kept(office: PostOffice) -> None:
    office.reminded()
    office.comes_in(mail(office, "bonjour", sender="ami@ailleurs.example"), mail(office, "x", sender="no address"))
    assert (office.news(), office.holds()) == ([], [])


def test_a_mail_that_cannot_be_noted_does_not_stop_the_others(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    really = note

    def fragile(session: object, piece: object) -> object:
        if getattr(piece, "text", "").startswith("mauvais"):
            raise ValueError("mauvais")
        return really(session, piece)  # type: ignore[arg-type]

    monkeypatch.setattr("relance.services.mailbox.reading.note", fragile)
    sent = office.reminded()
    reading = office.comes_in(mail(office, "mauvais", to=sent), mail(office, "bon", to=sent))
    assert (reading.mails, [one.text for one in office.news()]) == (2, ["bon"])
    assert "could not be noted" in caplog.text


def test_a_reply_pauses_what_it_is_about_until_a_person_says_what_follows(office: PostOffice) -> None:
    sent = office.reminded()
    office.firm.invoice("F-2", "MER", days_late=-7)
    office.comes_in(mail(office, "Le virement part vendredi.\n\nCordialement", to=sent))
    (noted,) = office.news()
    assert (noted.kind, noted.address, noted.handled_at) == ("replied", COMPTA, None)
    assert noted.text.startswith("Le virement part vendredi.")
    assert office.message().news == "replied"
    assert office.reason("F-1") == ("none", "paused")
    assert office.reason("F-2") == ("send", None)
    next_day(office, 6)
    assert [mail_.recipients for mail_ in office.firm.server.mails] == [(COMPTA,)] * 2  # F-1, then F-2 alone
    with db.writing(office.firm.engine) as session:
        decided = decide(session, [noted.id], Verdict(Decision.RESUME), by="claire", now=office.firm.now)
    assert decided == 1
    assert (office.holds(), office.news()[0].decision, office.news()[0].handled_by) == ([], "resume", "claire")
    next_day(office)
    assert office.firm.find("F-1").level == 2


def test_what_waits_for_approval_is_taken_out_when_the_customer_answers(office: PostOffice) -> None:
    sent = office.reminded()
    replace_program(office.firm, from_offsets((-7, 0, 7, 9)))
    office.firm.sleep(days=6)
    office.firm.run()
    assert office.firm.states()["F-1"] is MessageState.QUEUED
    office.comes_in(mail(office, "payé hier", to=sent))
    assert office.firm.states()["F-1"] is MessageState.WITHDRAWN
    assert office.firm.deliver().states == {}


def test_a_reply_names_its_message_by_either_header_or_in_its_quote(office: PostOffice) -> None:
    sent = office.reminded()
    uid = office.message().uid
    stranger = "perso@ailleurs.example"
    office.comes_in(
        mail(office, "a", sender=stranger, In_Reply_To=str(sent.message["Message-ID"])),
        mail(office, "b", sender=stranger, References=f"<x@y.example> {sent.message['Message-ID']}"),
        mail(office, f"c\n\n> X-Relance-Id: {uid}\n> bonjour", sender=stranger),
    )
    assert [one.message_id for one in office.news()] == [office.message().id] * 3


def test_a_mail_of_somebody_just_reminded_is_taken_for_an_answer(office: PostOffice) -> None:
    office.reminded()
    office.comes_in(mail(office, "nous payons demain", subject="paiement"))
    (noted,) = office.news()
    assert (noted.message_id, noted.customer_id) == (office.message().id, office.firm.customers["MER"])


def test_another_contact_of_the_customer_pauses_all_that_it_owes(office: PostOffice) -> None:
    office.reminded()
    with db.writing(office.firm.engine) as session:
        chef = Contact(customer_id=office.firm.customers["MER"], email="Chef@Mercier.example", reminders=False)
        session.add(chef)
    office.firm.invoice("F-2", "MER", days_late=-7)
    office.comes_in(mail(office, "voyons-nous", sender="chef@mercier.example"))
    (noted,) = office.news()
    assert (noted.message_id, noted.customer_id) == (None, office.firm.customers["MER"])
    assert [(one.customer_id, one.invoice_id) for one in office.holds()] == [(office.firm.customers["MER"], None)]
    assert [office.reason(number) for number in ("F-1", "F-2")] == [("none", "paused")] * 2


def test_an_invoices_own_address_is_known_too(office: PostOffice) -> None:
    office.reminded()
    office.firm.invoice("F-2", "MER", days_late=-30, emails=["Projet@Mercier.example"])
    office.comes_in(mail(office, "a", sender="projet@mercier.example"))
    assert office.news()[0].customer_id == office.firm.customers["MER"]


def test_somebody_who_was_not_reminded_lately_writes_about_something_else(office: PostOffice) -> None:
    office.reminded()
    office.firm.customer("NEW", "new@client.example")
    office.firm.sleep(days=60)
    office.comes_in(mail(office, "a"), mail(office, "b", sender="new@client.example"))
    assert [(one.text, one.message_id) for one in office.news()] == [("a", None)]
    office.firm.sleep(days=31)
    office.comes_in(mail(office, "c"))
    assert len(office.news()) == 1


def test_our_own_mail_is_no_answer(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(mail(office, "a copy, it says", to=sent, X_Relance_Id=office.message().uid))
    office.comes_in(sent.content, mail(office, "note", sender="claire@bonnet.example", to=sent))
    assert office.news() == []


def test_an_absence_changes_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    away = mail(office, "Je suis absente jusqu'au 30.", to=sent, subject="Réponse automatique : rappel")
    office.comes_in(away, mail(office, "absente", subject="Absence du bureau", Auto_Submitted="auto-replied"))
    assert office.heard() == [("auto_reply", COMPTA)] * 2
    assert (office.holds(), office.marked()) == ([], {})
    assert office.firm.find("F-1").level == 1
    assert all(one.handled_at for one in office.news())


def test_a_complaint_pauses_like_a_reply(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(complaint(sent.content), complaint(sent.content, kind="not-spam"))
    assert [kind for kind, _ in office.heard()] == ["complaint"]
    assert [one.origin for one in office.holds()] == ["reply"]
    assert office.message().news == "complaint"


def test_what_is_paid_needs_no_decision_any_more(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(mail(office, "c'est fait", to=sent))
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    office.firm.pay(office.firm.find("F-1").id, 10_000)
    assert settle_paid(office.firm.engine, office.firm.now) == 1
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    assert (office.holds(), office.news()[0].decision) == ([], "paid")


def test_a_reply_about_what_is_paid_already_waits_for_a_person_and_pauses_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    office.firm.pay(office.firm.find("F-1").id, 10_000)
    office.comes_in(mail(office, "vous vous trompez", to=sent))
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    assert (office.holds(), office.news()[0].handled_at) == ([], None)

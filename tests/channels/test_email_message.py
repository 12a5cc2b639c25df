"""A message as bytes: headers, bodies, attachments, and what is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.channels.email.message import Mail, build_mime
from relance.domain.delivery import Attachment, DeliveryFailed, Fate
from tests.channels.builders import MOMENT, SIMPLE, a_message

GOLDEN = Path(__file__).parent.parent / "golden" / "simple_reminder.eml"
PDF = Attachment("Facture été 2026.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff.\r\n")

# Any text a header may carry: no control characters, no lone surrogates, no space at the ends or doubled.
header_text = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from('éèœ,;:"\\<>@()=?_ '), max_size=300
).map(lambda text: " ".join(text.split()))
names = header_text.map(lambda text: text.replace("<", "").replace(">", "").strip('" \\'))


def built(**changes: object) -> Mail:
    return build_mime(a_message(**changes), date=MOMENT)


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def refusal(**changes: object) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        built(**changes)
    return caught.value


def test_a_simple_reminder_is_the_golden_file() -> None:
    assert build_mime(SIMPLE, date=MOMENT).content == GOLDEN.read_bytes()


def test_two_attempts_give_identical_bytes() -> None:
    full = {"html": "<p>é</p>", "attachments": (PDF, PDF)}
    assert built(**full).content == built(**full).content


def test_a_frozen_date_wins_over_the_hour_of_the_attempt() -> None:
    message = a_message(headers=(("Date", "Mon, 23 Nov 2026 10:00:00 +0100"),))
    later = build_mime(message, date=MOMENT + timedelta(days=1))
    assert later.content == build_mime(message, date=MOMENT).content
    assert parsed(later)["Date"].datetime == MOMENT


def test_a_date_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        build_mime(SIMPLE, date=datetime(2026, 11, 23, 10, 0))


def test_the_headers_say_who_wrote_and_that_a_machine_did() -> None:
    message = parsed(built(reply_to="Éric <eric@durand.example>", language="de"))
    assert message["Message-ID"] == f"<{SIMPLE.uid}@durand.example>"
    assert message["X-Relance-Id"] == SIMPLE.uid
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert message["Date"].datetime == MOMENT
    assert str(message["Reply-To"]) == "Éric <eric@durand.example>"


def test_bcc_is_in_the_envelope_and_nowhere_in_the_content() -> None:
    mail = built(cc=("chef@acheteur.example",), bcc=("archives@durand.example",))
    assert mail.recipients == ("client@acheteur.example", "chef@acheteur.example", "archives@durand.example")
    assert b"archives" not in mail.content
    assert parsed(mail)["Cc"] == "chef@acheteur.example"


def test_nobody_receives_twice() -> None:
    mail = built(to=("a@x.example", "A@x.example"), cc=("Copie <a@X.example>",), bcc=("b@x.example",))
    assert mail.recipients == ("a@x.example", "b@x.example")


def test_the_account_gives_the_sender_where_the_message_has_none() -> None:
    mail = build_mime(a_message(sender=""), date=MOMENT, default_sender="Durand <d@durand.example>")
    assert (mail.sender, parsed(mail)["From"]) == ("d@durand.example", "Durand <d@durand.example>")


def test_text_and_html_are_alternatives_and_attachments_come_after() -> None:
    message = parsed(built(html="<p>Reste dû : 10 €</p>", attachments=(PDF,)))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert body_of(message, "plain") == SIMPLE.text
    assert "Reste dû : 10 €" in body_of(message, "html")
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (PDF.filename, PDF.content)


@pytest.mark.parametrize("media_type", ["", "pdf", "multipart/mixed", "message/rfc822", "a/b\r\nX: y"])
def test_an_attachment_of_a_doubtful_type_travels_as_plain_bytes(media_type: str) -> None:
    message = parsed(built(attachments=(replace(PDF, media_type=media_type),)))
    [attached] = message.iter_attachments()
    assert (attached.get_content_type(), attached.get_content()) == ("application/octet-stream", PDF.content)


@settings(max_examples=40, deadline=None)
@given(header_text)
def test_any_subject_comes_back_as_it_was(subject: str) -> None:
    assert str(parsed(built(subject=subject))["Subject"]) == subject


@settings(max_examples=40, deadline=None)
@given(st.lists(names, min_size=1, max_size=4))
def test_any_names_come_back_with_their_addresses(people: list[str]) -> None:
    written = tuple(f'"{_escaped(name)}" <a{number}@x.example>' for number, name in enumerate(people))
    [field] = message_from_bytes(built(to=written).content).get_all("To", [])
    assert [(str(make_header(decode_header(name))), address) for name, address in getaddresses([field])] == [
        (name, f"a{number}@x.example") for number, name in enumerate(people)
    ]


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


@settings(max_examples=40, deadline=None)
@given(header_text.filter(bool))
def test_any_file_name_comes_back_as_it_was(filename: str) -> None:
    [attached] = parsed(built(attachments=(replace(PDF, filename=filename),))).iter_attachments()
    assert attached.get_filename() == filename


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=3000))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert body_of(parsed(built(text=text)), "plain") == text.removesuffix("\n") + "\n"


@settings(max_examples=40, deadline=None)
@given(header_text, names, st.text(st.characters(codec="utf-8")))
def test_every_line_is_short_ascii_and_ends_in_crlf(subject: str, name: str, text: str) -> None:
    content = built(subject=subject, to=(f"{name.replace(chr(34), '')} <a@x.example>",), text=text).content
    lines = content.split(b"\r\n")
    assert content.isascii()
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)


def test_a_long_link_in_a_header_is_left_whole() -> None:
    link = f"<https://durand.example/{'x' * 200}>"
    mail = built(headers=(("List-Unsubscribe", link),))
    assert f"List-Unsubscribe: {link}\r\n".encode() in mail.content


BREAKS = ["\r\nBcc: x@x.example", "\nX: y", "\r", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\ud800"]


@pytest.mark.parametrize("text", BREAKS)
def test_nothing_can_break_out_of_a_header(text: str) -> None:
    changes: list[dict[str, object]] = [
        {"subject": f"Facture{text}suite"},
        {"headers": (("X-Own", f"a{text}b"),)},
        {"headers": ((f"X-Own{text}", "a"),)},
        {"attachments": (replace(PDF, filename=f"a{text}b.pdf"),)},
        {"uid": f"a{text}b"},
    ]
    for change in changes:
        assert (refusal(**change).code, refusal(**change).fate) == ("email.unsafe_text", Fate.FAIL)


@pytest.mark.parametrize("text", BREAKS)
def test_nothing_can_break_out_of_an_address(text: str) -> None:
    for to in (f"Nom{text}suite <a@x.example>", f"a{text}@x.example", f"a@x.example{text}"):
        mail_or_fate = _outcome(to)
        assert mail_or_fate in (Fate.FAIL, ("a@x.example",))


def _outcome(to: str) -> object:
    """The fate, or the recipients where the break was only white space around the address."""
    try:
        return built(to=(to,)).recipients
    except DeliveryFailed as failure:
        return failure.fate


@pytest.mark.parametrize("name", ["Bcc", "from", "SUBJECT", "Message-ID", "Content-Type", "X-Relance-Id"])
def test_a_message_cannot_bring_headers_that_are_ours(name: str) -> None:
    assert refusal(headers=((name, "x"),)).code == "email.unsafe_text"


@pytest.mark.parametrize(
    "to", ["", "nobody", "@x.example", "a@", "a b@x.example", "a@x.example, b@x.example", "a@-x.example", "a@x..fr"]
)
def test_a_malformed_address_is_refused(to: str) -> None:
    failure = refusal(to=(to,))
    assert (failure.code, failure.fate, failure.detail) == ("email.address_malformed", Fate.FAIL, to)


def test_a_local_part_with_accents_is_refused() -> None:
    failure = refusal(to=("zoé@acheteur.example",))
    assert (failure.code, failure.fate) == ("email.address_not_ascii", Fate.FAIL)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a@société.example", "a@xn--socit-esab.example"),
        ("Straße <a@straße.example>", "a@xn--strae-oqa.example"),
        ("a@MÜLLER.example", "a@xn--mller-kva.example"),
    ],
)
def test_a_domain_with_accents_travels_in_ascii(written: str, sent: str) -> None:
    assert built(to=(written,)).recipients == (sent,)


def test_a_message_to_nobody_fails() -> None:
    assert refusal(to=()).code == "email.no_recipient"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sender": "durand"}, "email.sender_malformed"), ({"reply_to": "a@"}, "email.reply_to_malformed")],
)
def test_a_wrong_address_of_our_own_holds_the_account(change: dict[str, object], code: str) -> None:
    failure = refusal(**change)
    assert (failure.code, failure.fate) == (code, Fate.HOLD)

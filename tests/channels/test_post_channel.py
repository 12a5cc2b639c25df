"""Letters through a real HTTP server: each answer and each silence (RELIABILITY 3.6), and no letter paid twice."""

import re
import socket
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from relance.channels.post import PostAccount, PostChannel
from relance.channels.post.account import Color, Envelope, PostTimeouts
from relance.channels.post.outcomes import LOST, RULES, Phase, judge
from relance.domain.delivery import Attachment, DeliveryFailed, Fate, Postage
from tests.channels.certificates import authority
from tests.channels.postal_server import IMPATIENT, QUICK, TEST_KEY, End, Fault, PostalServer, refuses
from tests.channels.posting import CUSTOMER, FIRM, PDF, UID, a_letter, failure
from tests.channels.sending import Marks


def test_a_letter_is_taken_with_all_that_was_said_of_it() -> None:
    with PostalServer() as server:
        channel, marks = PostChannel(server.account(envelope=Envelope.C4, color=Color.COLOR)), Marks()
        receipt = channel.send(a_letter(), before_handover=marks)
        channel.close()
    (form,) = server.forms
    text = {name: value.decode() for name, value in form.items() if name != "source_file"}
    assert form["source_file"] == PDF
    assert text == {
        "description": f"{a_letter().subject} [{UID}]",
        "to[name]": "Café Müller & Cie",
        "to[address_line1]": "3 rue de l'Œuvre",
        "to[address_line2]": "Bâtiment C",
        "to[address_postalcode]": "01000",
        "to[address_city]": "Bourg-en-Bresse",
        "to[address_country]": "France",
        "from[name]": "Durand SARL",
        "from[address_line1]": "1 quai d'Orsay",
        "from[address_postalcode]": "75007",
        "from[address_city]": "Paris",
        "from[address_country]": "France",
        "postage_type": "prioritaire",
        "color": "color",
        "both_sides": "true",
        "address_placement": "first_page",
        "envelope": "c4",
        "envelope_window": "simple",
        "metadata[relance_uid]": UID,
        "source_file_type": "file",
    }
    assert (receipt.provider_id, receipt.price, receipt.currency) == ("letter0001", Decimal("1.45"), "EUR")
    assert (receipt.parts, receipt.tracking, receipt.test_mode, marks.count) == (2, "", False, 1)
    assert server.asked == ["list", "create"]


def test_a_registered_letter_with_receipt_asks_for_its_proof_and_has_a_number() -> None:
    with PostalServer() as server:
        account = server.account(api_key=TEST_KEY, api_version="2026-01", create_path="/letters")
        receipt = PostChannel(account).send(a_letter(postage=Postage.REGISTERED_RECEIPT), before_handover=Marks())
    assert server.forms[0]["manage_delivery_proof"] == b"true"
    assert server.forms[0]["postage_type"] == b"lrar"
    assert receipt.tracking == "1A00000000001"
    assert receipt.test_mode
    assert {headers["Mysendingbox-Version"] for headers in server.headers} == {"2026-01"}


def test_every_attempt_sends_the_same_bytes() -> None:
    with PostalServer() as server:
        server.script("create", refuses(429), refuses(429))
        assert failure(server.account()).fate is Fate.DEFER
        assert failure(server.account()).fate is Fate.DEFER
        types = {headers["Content-Type"] for headers in server.headers if "Content-Type" in headers}
    assert len(types) == 1


@pytest.mark.parametrize(
    ("changes", "code", "fate"),
    [
        ({"address": None}, "post.address_incomplete", Fate.FAIL),
        ({"address": replace(CUSTOMER, street=())}, "post.address_incomplete", Fate.FAIL),
        ({"address": replace(CUSTOMER, street=("\t", "\u200b"))}, "post.address_incomplete", Fate.FAIL),
        ({"address": replace(CUSTOMER, street=("a", "b", "c", "d"))}, "post.address_incomplete", Fate.FAIL),
        ({"address": replace(CUSTOMER, postcode=" ")}, "post.address_incomplete", Fate.FAIL),
        ({"sender_address": replace(FIRM, city="")}, "post.sender_incomplete", Fate.HOLD),
        ({"sender_address": None, "postage": Postage.REGISTERED}, "post.sender_incomplete", Fate.HOLD),
        ({"attachments": ()}, "post.no_pdf", Fate.FAIL),
        ({"attachments": (Attachment("x.pdf", "application/pdf", b""),)}, "post.no_pdf", Fate.FAIL),
        ({"attachments": (Attachment("x.html", "text/html", b"<h1>"),)}, "post.no_pdf", Fate.FAIL),
    ],
)
def test_an_incomplete_letter_is_refused_before_anything_is_asked(
    changes: dict[str, Any], code: str, fate: Fate
) -> None:
    marks = Marks()
    with PostalServer() as server:
        failed = failure(server.account(), a_letter(**changes), marks)
    assert (failed.code, failed.fate, marks.count, server.asked) == (code, fate, 0, [])


def test_hostile_text_stays_in_its_own_field() -> None:
    hostile = 'x\r\n--relance\r\nContent-Disposition: form-data; name="postage_type"\r\n\r\nlrar \ud800'
    letter = a_letter(subject=hostile, address=replace(CUSTOMER, name=hostile))
    with PostalServer() as server:
        PostChannel(server.account()).send(letter, before_handover=Marks())
    assert server.forms[0]["postage_type"] == b"prioritaire"
    assert server.forms[0]["to[name]"].startswith(b"x --relance Content-Disposition")


# the answer to the letter, our code, its fate
REFUSALS = [
    (401, "no such key", "post.key_refused", Fate.HOLD),
    (403, "forbidden", "post.key_refused", Fate.HOLD),
    (402, "pay first", "post.no_credit", Fate.HOLD),
    (403, "insufficient credit", "post.no_credit", Fate.HOLD),
    (400, "Votre solde est insuffisant", "post.no_credit", Fate.HOLD),
    (400, "to.address_postalcode is not valid", "post.address_refused", Fate.FAIL),
    (422, "the recipient can't be reached", "post.address_refused", Fate.FAIL),
    (422, "from.address_city is required", "post.sender_refused", Fate.HOLD),
    (422, "unable to open source_file", "post.letter_refused", Fate.FAIL),
    (400, "address_placement must be first_page", "post.letter_refused", Fate.FAIL),
    (404, "not found", "post.wrong_host", Fate.HOLD),
    (405, "method", "post.wrong_host", Fate.HOLD),
    (301, "elsewhere", "post.wrong_host", Fate.HOLD),
    (307, "elsewhere", "post.wrong_host", Fate.HOLD),
    (413, "too large", "post.too_big", Fate.FAIL),
    (415, "what is it", "post.letter_refused", Fate.FAIL),
    (429, "too many", "post.slow_down", Fate.DEFER),
]


@pytest.mark.parametrize(("status", "reason", "code", "fate"), REFUSALS)
def test_a_refusal_has_the_outcome_of_the_table(status: int, reason: str, code: str, fate: Fate) -> None:
    marks = Marks()
    with PostalServer() as server:
        server.script("create", replace(refuses(status, reason), headers=(("Location", "/letters"),)))
        failed = failure(server.account(), marks=marks)
    assert (failed.code, failed.fate, marks.count) == (code, fate, 1)
    assert failed.detail == f"{status} {reason}"
    assert server.asked == ["list", "create"]


# the answer to the look at the list, before anything was handed over
CLOSED_DOORS = [
    (refuses(401), "post.key_refused", Fate.HOLD),
    (refuses(402), "post.no_credit", Fate.HOLD),
    (refuses(404), "post.wrong_host", Fate.HOLD),
    (refuses(302), "post.wrong_host", Fate.HOLD),
    (refuses(422), "post.protocol", Fate.HOLD),
    (refuses(429), "post.slow_down", Fate.REQUEUE),
    (refuses(500), "post.not_available", Fate.REQUEUE),
    (refuses(503), "post.not_available", Fate.REQUEUE),
    (Fault(status=200, body=b"<html>Hotel Wifi: please log in</html>"), "post.not_available", Fate.REQUEUE),
    (Fault(status=200, body=b'{"letters": 5}'), "post.not_available", Fate.REQUEUE),
    (Fault(status=200, body=b"[" * 100_000), "post.not_available", Fate.REQUEUE),
    (Fault(End.CLOSE), "post.unreachable", Fate.REQUEUE),
    (Fault(End.RESET), "post.unreachable", Fate.REQUEUE),
    (Fault(End.CUT, status=200, body=b"[]"), "post.unreachable", Fate.REQUEUE),
]


@pytest.mark.parametrize(("fault", "code", "fate"), CLOSED_DOORS)
def test_where_the_list_cannot_be_had_nothing_is_handed_over(fault: Fault, code: str, fate: Fate) -> None:
    marks = Marks()
    with PostalServer() as server:
        server.script("list", fault)
        failed = failure(server.account(), marks=marks)
    assert (failed.code, failed.fate, marks.count, server.asked) == (code, fate, 0, ["list"])


OPEN_ENDS = [
    Fault(End.CLOSE),
    Fault(End.RESET),
    Fault(End.HANG),
    Fault(End.DRIP),
    Fault(End.CUT, status=200, body=b'{"_id": "letter0001"}'),
    Fault(status=500),
    Fault(status=502),
    Fault(status=503),
    Fault(status=504, body=b""),
    Fault(status=408),
    Fault(status=409),
    Fault(status=200, body=b"OK"),
    Fault(status=200, body=b""),
    Fault(status=200, body=b"{}"),
    Fault(status=204, body=b""),
    Fault(status=200, body=b'{"_id": "../letters"}'),
    Fault(status=200, body=b"\xff\xfe{"),
]


def patience(fault: Fault) -> PostTimeouts:
    return IMPATIENT if fault.end in (End.HANG, End.DRIP) else QUICK


@pytest.mark.parametrize("fault", OPEN_ENDS, ids=lambda fault: f"{fault.end.name}-{fault.status}-{fault.body[:8]!r}")
def test_a_letter_that_was_taken_without_a_word_is_found_and_not_sent_again(fault: Fault) -> None:
    with PostalServer() as server:
        server.script("create", replace(fault, taken=True))
        channel = PostChannel(server.account(timeouts=patience(fault)))
        receipt = channel.send(a_letter(), before_handover=Marks())
        again = channel.send(a_letter(), before_handover=Marks())
    assert (receipt.provider_id, receipt.response, receipt.price) == ("letter0001", "found", Decimal("1.45"))
    assert again == receipt
    assert server.accepted[UID] == 1
    assert server.asked.count("create") == 1


@pytest.mark.parametrize("fault", OPEN_ENDS, ids=lambda fault: f"{fault.end.name}-{fault.status}-{fault.body[:8]!r}")
def test_a_letter_that_is_not_found_stays_unknown(fault: Fault) -> None:
    marks = Marks()
    with PostalServer() as server:
        server.script("create", fault)
        failed = failure(server.account(timeouts=patience(fault)), marks=marks)
    assert (failed.code, failed.fate, marks.count) == ("post.no_answer", Fate.UNKNOWN, 1)
    assert server.asked == ["list", "create", "list"]


def test_a_letter_is_unknown_when_the_look_up_fails_too() -> None:
    with PostalServer() as server:
        server.script("create", Fault(End.CLOSE, taken=True))
        server.script("list", None, refuses(500))
        failed = failure(server.account())
        assert (failed.code, failed.fate) == ("post.no_answer", Fate.UNKNOWN)
        receipt = PostChannel(server.account()).send(a_letter(), before_handover=Marks())
    assert receipt.response == "found"
    assert server.accepted[UID] == 1


def test_a_letter_that_left_only_in_part_was_not_taken() -> None:
    large = Attachment("x.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(30_000_000))
    with PostalServer() as server:
        server.script("create", Fault(End.DEAF))
        failed = failure(server.account(), a_letter(attachments=(large,)))
    assert (failed.code, failed.fate) == ("post.connection_lost", Fate.REQUEUE)
    assert server.accepted[UID] == 0


def test_what_the_caller_refuses_to_hand_over_is_not_handed_over() -> None:
    with PostalServer() as server, pytest.raises(KeyError):
        PostChannel(server.account()).send(a_letter(), before_handover=Marks(error=KeyError("paid")))
    assert server.asked == ["list"]


def test_the_state_is_committed_before_the_letter_leaves() -> None:
    with PostalServer() as server:
        marks = Marks(verbs=server.asked)
        PostChannel(server.account()).send(a_letter(), before_handover=marks)
    assert marks.seen == ["list"]


def test_a_partner_that_is_gone_by_then_has_got_nothing() -> None:
    with PostalServer() as server:
        channel = PostChannel(replace(server.account(), timeouts=replace(IMPATIENT, idle=0.0)))
        with pytest.raises(DeliveryFailed) as caught:
            channel.send(a_letter(), before_handover=server.stop)
    assert (caught.value.code, caught.value.fate) == ("post.unreachable", Fate.REQUEUE)


def test_a_closed_port_and_a_name_that_does_not_exist_are_unreachable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        for base in (f"http://127.0.0.1:{port}", "https://partner.invalid"):
            failed = failure(PostAccount("live_x", base_url=base, timeouts=IMPATIENT))
            assert (failed.code, failed.fate) == ("post.unreachable", Fate.REQUEUE)


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("", "https://api.example"),
        (" ", "https://api.example"),
        ("live_x", "http://api.example"),
        ("live_x", "ftp://127.0.0.1"),
        ("live_x", "api.example"),
        ("live_x", ""),
        ("live_x", "https://"),
        ("live_x", "https://[::1"),
        ("live_x", "https://api.example:99999"),
        ("live_x", "https://user:secret@api.example"),
        ("live_x", "https://api.example/?a=b"),
    ],
)
def test_an_account_that_cannot_work_or_would_show_its_key_is_held(key: str, base: str) -> None:
    failed = failure(PostAccount(key, base_url=base, timeouts=IMPATIENT))
    assert (failed.code, failed.fate) == ("post.bad_settings", Fate.HOLD)


def test_a_version_that_is_no_header_is_held() -> None:
    with PostalServer() as server:
        failed = failure(server.account(api_version="1\r\nX: y"))
    assert (failed.code, failed.fate, server.asked) == ("post.bad_settings", Fate.HOLD, [])


def test_the_partner_must_prove_who_it_is() -> None:
    with PostalServer(context=authority().server_context()) as server:
        failed = failure(server.account())
        receipt = PostChannel(server.account(cafile=authority().cafile)).send(a_letter(), before_handover=Marks())
    assert (failed.code, failed.fate) == ("post.tls_failed", Fate.REQUEUE)
    assert receipt.provider_id == "letter0001"


@pytest.mark.parametrize("end", [End.HANG, End.DRIP])
def test_an_endless_answer_over_tls_ends(end: End) -> None:
    with PostalServer(context=authority().server_context()) as server:
        server.script("create", Fault(end, taken=True))
        timeouts = replace(IMPATIENT, connect=1.0)
        account = server.account(cafile=authority().cafile, timeouts=timeouts)
        receipt = PostChannel(account).send(a_letter(), before_handover=Marks())
    assert receipt.response == "found"


def test_the_key_appears_in_no_failure_and_in_no_repr() -> None:
    with PostalServer() as server:
        account = server.account()
        server.script("create", refuses(422, f"key {account.api_key} bGl2ZV8wMTIzNDU2Nzg5Og== is strange"))
        failed = failure(account)
    assert failed.detail == "422 key *** *** is strange"
    assert account.api_key not in repr(account)


def test_every_phase_has_an_outcome_for_every_answer_and_for_none() -> None:
    assert set(LOST) == set(Phase)
    for phase in Phase:
        for status in range(100, 600):
            assert judge(phase, str(status)).code.startswith("post.")
    for status in range(200, 600):
        certain = judge(Phase.ANSWER, str(status)).fate is not Fate.UNKNOWN
        assert certain == (300 <= status < 500 and status not in (408, 409) or status == 501)
    assert all(re.fullmatch(r"post\.[a-z_]+", rule.outcome.code) for rule in RULES)

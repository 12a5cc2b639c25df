"""The outcome table, row by row, as answers servers really give."""

import pytest

from relance.channels.email.smtp_outcomes import LOST, Outcome, Phase, Reply, judge
from relance.domain.delivery import Fate

CONNECT, TLS, GREETING, AUTH, MAIL, RCPT, DATA, BODY = Phase

ROWS = [
    # phase, answer, code, fate, bad address
    (GREETING, "554 5.7.1 your host is listed", "smtp.not_available", Fate.REQUEUE, False),
    (GREETING, "421 4.3.2 too busy", "smtp.not_available", Fate.REQUEUE, False),
    (TLS, "454 4.7.0 TLS not available", "smtp.tls_refused", Fate.REQUEUE, False),
    (AUTH, "535 5.7.8 bad credentials", "smtp.auth_refused", Fate.HOLD, False),
    (AUTH, "534 5.7.9 application-specific password required", "smtp.app_password_required", Fate.HOLD, False),
    (AUTH, "534 5.7.14 please log in with your browser", "smtp.auth_refused", Fate.HOLD, False),
    (AUTH, "535 5.7.3 Authentication unsuccessful", "smtp.auth_unsuccessful", Fate.HOLD, False),
    (AUTH, "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant", "smtp.submission_off", Fate.HOLD, False),
    (AUTH, "535 5.7.139 the user credentials were incorrect", "smtp.auth_refused", Fate.HOLD, False),
    (AUTH, "538 5.7.11 encryption required", "smtp.encryption_required", Fate.HOLD, False),
    (AUTH, "535 5.7.139 basic authentication is disabled", "smtp.password_sign_in_off", Fate.HOLD, False),
    (AUTH, "550 5.7.30 basic authentication is not supported", "smtp.password_sign_in_off", Fate.HOLD, False),
    (AUTH, "454 4.7.0 temporary failure", "smtp.auth_unavailable", Fate.REQUEUE, False),
    (AUTH, "421 4.7.0 too many connections", "smtp.auth_unavailable", Fate.REQUEUE, False),
    (AUTH, "250 what", "smtp.auth_unavailable", Fate.REQUEUE, False),
    (MAIL, "451 4.7.1 later", "smtp.sender_deferred", Fate.DEFER, False),
    (MAIL, "421 4.7.0 closing", "smtp.sender_deferred", Fate.DEFER, False),
    (MAIL, "550 5.7.1 sender not allowed", "smtp.sender_refused", Fate.HOLD, False),
    (MAIL, "553 not your address", "smtp.sender_refused", Fate.HOLD, False),
    (MAIL, "530 5.7.0 authentication required", "smtp.auth_required", Fate.HOLD, False),
    (MAIL, "530 5.7.0 must issue a STARTTLS command first", "smtp.encryption_required", Fate.HOLD, False),
    (MAIL, "552 5.3.4 message too big", "smtp.too_big", Fate.FAIL, False),
    (MAIL, "552 message exceeds fixed maximum size", "smtp.too_big", Fate.FAIL, False),
    (MAIL, "552 5.2.2 your mailbox is full", "smtp.sender_mailbox_full", Fate.HOLD, False),
    (MAIL, "550 5.7.705 access denied, tenant has exceeded threshold", "smtp.sender_refused", Fate.HOLD, False),
    (RCPT, "450 4.2.0 greylisted", "smtp.recipient_deferred", Fate.DEFER, False),
    (RCPT, "451 4.7.1 greylisted", "smtp.recipient_deferred", Fate.DEFER, False),
    (RCPT, "452 4.2.2 mailbox quota exceeded", "smtp.recipient_deferred", Fate.DEFER, False),
    (RCPT, "421 4.7.0 closing", "smtp.recipient_deferred", Fate.DEFER, False),
    (RCPT, "550 blocked by our spam filter", "smtp.policy", Fate.FAIL, False),
    (RCPT, "550 SPF check failed", "smtp.policy", Fate.FAIL, False),
    (RCPT, "552 user is over quota", "smtp.mailbox_unavailable", Fate.FAIL, False),
    (RCPT, "550 mailbox is full", "smtp.mailbox_unavailable", Fate.FAIL, False),
    (RCPT, "550 requested action not taken: mailbox unavailable", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "452 4.5.3 too many recipients", "smtp.recipient_deferred", Fate.DEFER, False),
    (RCPT, "550 no such user", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "551 user not local", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "553 mailbox name not allowed", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "550 5.1.1 user unknown", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "556 5.1.10 domain takes no mail", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "550 #5.1.0 address rejected", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "550 5.4.1 recipient address rejected", "smtp.recipient_refused", Fate.FAIL, True),
    (RCPT, "552 5.2.2 mailbox full", "smtp.mailbox_unavailable", Fate.FAIL, False),
    (RCPT, "550 5.2.1 mailbox disabled", "smtp.mailbox_unavailable", Fate.FAIL, False),
    (RCPT, "550 5.7.1 refused by policy", "smtp.policy", Fate.FAIL, False),
    (RCPT, "554 5.7.1 relay access denied", "smtp.relay_denied", Fate.FAIL, False),
    (RCPT, "550 5.3.4 message too big", "smtp.message_refused", Fate.FAIL, False),
    (RCPT, "554 no", "smtp.message_refused", Fate.FAIL, False),
    (RCPT, "550 5.1.8 sender address rejected", "smtp.sender_refused", Fate.HOLD, False),
    (DATA, "451 4.3.0 later", "smtp.message_deferred", Fate.DEFER, False),
    (DATA, "554 5.5.1 no valid recipients", "smtp.message_refused", Fate.FAIL, False),
    (DATA, "250 what", "smtp.protocol", Fate.DEFER, False),
    (BODY, "451 4.3.0 later", "smtp.message_deferred", Fate.DEFER, False),
    (BODY, "421 4.3.2 closing", "smtp.message_deferred", Fate.DEFER, False),
    (BODY, "554 5.7.1 spam", "smtp.message_refused", Fate.FAIL, False),
    (BODY, "552 5.3.4 message too big", "smtp.too_big", Fate.FAIL, False),
    (BODY, "552 message size exceeds the limit", "smtp.too_big", Fate.FAIL, False),
    (BODY, "552 5.2.2 recipient over quota", "smtp.mailbox_unavailable", Fate.FAIL, False),
    (BODY, "554 5.2.2 mailbox full", "smtp.sender_mailbox_full", Fate.HOLD, False),
    (BODY, "554 5.2.0 SendAsDenied; not your mailbox", "smtp.sender_refused", Fate.HOLD, False),
    (BODY, "-1 250-2.0.0", "smtp.no_answer", Fate.UNKNOWN, False),
    (BODY, "354 what", "smtp.no_answer", Fate.UNKNOWN, False),
    (MAIL, "-1 gibberish", "smtp.protocol", Fate.DEFER, False),
    (RCPT, "354 what", "smtp.protocol", Fate.DEFER, False),
]

QUOTAS = [
    "450 Requested mail action not taken: Mail send limit exceeded.",
    "432 4.3.2 Concurrent connections limit exceeded",
    "550 5.1.90 You've reached your daily limit for message recipients",
    "554 5.2.0 Submission quota exceeded",
    "550 5.4.5 Daily user sending limit exceeded",
    "452 4.5.3\nMail\nsend 5.4.5 limit",
    "550 5.7.233 your tenant has exceeded its daily limit for sending email to external recipients",
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
    "554 5.7.0 The limit on the number of allowed outgoing messages was exceeded. Try again later.",
    "451 4.7.1 Ratelimit exceeded",
    "550 rejected: exceeded hour limit",
    "550 sorry, too many emails (#5.7.1)",
    "450 4.7.1 hourly sending quota reached",
    "535 5.7.8 You are sending too many emails too fast",
]


def reply(answer: str) -> Reply:
    code, _, text = answer.partition(" ")
    return Reply(int(code), text)


@pytest.mark.parametrize(("phase", "answer", "code", "fate", "bad_address"), ROWS)
def test_an_answer_has_the_outcome_of_its_row(
    phase: Phase, answer: str, code: str, fate: Fate, bad_address: bool
) -> None:
    assert judge(phase, reply(answer)) == Outcome(code, fate, bad_address)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("answer", QUOTAS)
def test_a_used_up_quota_pauses_the_account_in_every_phase(phase: Phase, answer: str) -> None:
    assert judge(phase, reply(answer)) == Outcome("smtp.quota", Fate.REQUEUE)


@pytest.mark.parametrize("phase", [MAIL, DATA, BODY])
def test_a_bare_554_5_2_0_is_a_quota_where_the_sender_is_judged(phase: Phase) -> None:
    assert judge(phase, Reply(554, "5.2.0")) == Outcome("smtp.quota", Fate.REQUEUE)


@pytest.mark.parametrize(
    ("phase", "fate"),
    [
        (CONNECT, Fate.REQUEUE),
        (TLS, Fate.REQUEUE),
        (GREETING, Fate.REQUEUE),
        (AUTH, Fate.REQUEUE),
        (MAIL, Fate.DEFER),
        (RCPT, Fate.DEFER),
        (DATA, Fate.DEFER),
        (BODY, Fate.UNKNOWN),
    ],
)
def test_a_broken_connection_means_what_its_phase_says(phase: Phase, fate: Fate) -> None:
    assert LOST[phase].fate is fate


def test_every_answer_in_every_phase_has_an_outcome_and_only_a_body_is_left_unknown() -> None:
    for phase in Phase:
        for code in (-1, 0, 100, 354, *range(400, 600)):
            outcome = judge(phase, Reply(code, ""))
            assert outcome.fate is not Fate.UNKNOWN or phase is BODY
            assert outcome.fate is Fate.FAIL or not outcome.bad_address


def test_an_endless_answer_full_of_near_hits_is_judged_at_once() -> None:
    text = "daily sending limit number of messages mailbox user " * 5_000
    assert judge(RCPT, Reply(550, text)).code == "smtp.recipient_refused"


def test_an_answer_of_several_lines_is_kept_on_one_without_control_characters() -> None:
    assert Reply(550, "5.1.1 no\n5.1.1 \x1b[31msuch\x00user").line == "550 5.1.1 no 5.1.1 [31msuch user"

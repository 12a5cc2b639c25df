"""Incoming mails for tests: written here, as servers and people write them."""

from email.message import EmailMessage

OUR_ID = "7f3a9c@dupont-plomberie.fr"
OUR_UID = "7f3a9c"
US = "compta@dupont-plomberie.fr"
THEM = "achats@moulin-client.fr"
SUBJECT = "Facture F-2026-118 : premier rappel"

RETURNED = f"""Return-Path: <{US}>
From: Dupont Plomberie <{US}>
To: {THEM}
Subject: {SUBJECT}
Message-ID: <{OUR_ID}>
X-Relance-Id: {OUR_UID}

Madame, Monsieur,
"""


def mail(text: str, *, subject: str = SUBJECT, sender: str = f"Julie Moulin <{THEM}>", **headers: str) -> bytes:
    """Headers are given with underscores: In_Reply_To."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = US
    message["Subject"] = subject
    message["Date"] = "Mon, 9 Nov 2026 10:12:00 +0100"
    message["Message-ID"] = "<incoming-1@moulin-client.fr>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def answer(
    text: str, *, subject: str = f"Re: {SUBJECT}", sender: str = f"Julie Moulin <{THEM}>", **headers: str
) -> bytes:
    """A person's reply to our reminder."""
    ids = {"In_Reply_To": f"<{OUR_ID}>", "References": f"<{OUR_ID}>"}
    return mail(text, subject=subject, sender=sender, **(ids | headers))


def report(
    *recipients: str,
    words: str = "Your message could not be delivered.",
    subject: str = "Undelivered Mail Returned to Sender",
    sender: str = "Mail Delivery System <MAILER-DAEMON@mx.relais.fr>",
    returned_type: str = "message/rfc822",
    returned: str = RETURNED,
) -> bytes:
    """A delivery report; each recipient is its block of fields."""
    blocks = "\n\n".join(("Reporting-MTA: dns; mx.relais.fr", *(one.strip() for one in recipients)))
    return f"""Return-Path: <>
From: {sender}
To: {US}
Subject: {subject}
Date: Mon, 9 Nov 2026 10:12:00 +0100
Message-ID: <report-1@mx.relais.fr>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bb"

--bb
Content-Type: text/plain; charset=utf-8

{words}

--bb
Content-Type: message/delivery-status

{blocks}

--bb
Content-Type: {returned_type}

{returned}
--bb--
""".encode()


def failed(diagnostic: str, status: str = "5.0.0", action: str = "failed", address: str = THEM) -> str:
    """The block of one recipient."""
    return f"""Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}"""


def plain_notice(words: str, *, subject: str, sender: str, extra: str = "") -> bytes:
    """A failure notice without a report."""
    return f"""Return-Path: <>
From: {sender}
To: {US}
Subject: {subject}
Date: Mon, 9 Nov 2026 10:12:00 +0100
{extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{words}
""".encode()

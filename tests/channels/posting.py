"""A letter with sane defaults, and how its sending failed."""

from dataclasses import replace
from typing import Any

import pytest

from relance.channels.post import PostAccount, PostChannel
from relance.domain.delivery import Attachment, DeliveryFailed, Message, Postage, PostalAddress
from tests.channels.builders import a_message
from tests.channels.postal_server import PostalServer
from tests.channels.sending import Marks

PDF = b"%PDF-1.7\n\r\n--relance\r\n\x00\xff\n%%EOF\n"
CUSTOMER = PostalAddress("Café Müller & Cie", ("3 rue de l'Œuvre", "Bâtiment C"), "01000", "Bourg-en-Bresse")
FIRM = PostalAddress("Durand SARL", ("1 quai d'Orsay",), "75007", "Paris")


def a_letter(**changes: Any) -> Message:
    letter = a_message(
        address=CUSTOMER,
        sender_address=FIRM,
        postage=Postage.PRIORITY,
        attachments=(Attachment("lettre.pdf", "application/pdf", PDF),),
    )
    return replace(letter, **changes)


UID = a_letter().uid


def failure(account: PostAccount, message: Message | None = None, marks: Marks | None = None) -> DeliveryFailed:
    channel = PostChannel(account)
    try:
        with pytest.raises(DeliveryFailed) as caught:
            channel.send(message or a_letter(), before_handover=marks or Marks())
    finally:
        channel.close()
    return caught.value


def fill(server: PostalServer, count: int) -> None:
    form = {"description": b"x", "postage_type": b"lr"}
    for number in range(count):
        server.take({**form, "metadata[relance_uid]": f"other-{number}".encode()}, server.account().api_key)

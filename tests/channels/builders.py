"""Messages with sane defaults."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from relance.domain.delivery import Message

MOMENT = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))

SIMPLE = Message(
    uid="0190f6a2-6f0e-7c1e-9a53-1b2c3d4e5f60",
    to=("client@acheteur.example",),
    subject="Votre facture FA-2026-00123 échue le 12 octobre 2026",
    text="Bonjour,\n\nLa facture FA-2026-00123 reste due : 1 234,56 €.\n\nCordialement,\nDurand SARL\n",
    sender="Durand & Fils, comptabilité <compta@durand.example>",
)


def a_message(**changes: Any) -> Message:
    return replace(SIMPLE, **changes)


def now() -> datetime:
    return MOMENT

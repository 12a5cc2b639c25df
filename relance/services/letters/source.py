"""A letter as it was drawn, kept beside its PDF: the same letter can stand in any batch that is printed again."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from relance.channels.letter import Align, Column, Letter, Letterhead, PaymentPart, Table, Window
from relance.services.messages import attachments

SOURCE = "source"  # the key of its hash in the description of the PDF


def keep_source(data_dir: Path, letter: Letter) -> str:
    """Keep what a letter was made of; its hash. Its logo is kept once for all letters that bear it."""
    logo = letter.letterhead.logo
    plain = asdict(letter)
    plain["letterhead"]["logo"] = attachments.keep(data_dir, logo) if logo else None
    plain["body"] = [part if isinstance(part, str) else asdict(part) for part in letter.body]
    return attachments.keep(data_dir, json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())


def read_source(data_dir: Path, sha256: str) -> Letter:
    """The letter of a hash; OSError where its file is gone. Without its logo, it is printed without."""
    plain: dict[str, Any] = json.loads(attachments.stored(data_dir, sha256).read_bytes())
    head, payment = plain["letterhead"], plain["payment"]
    logo = _read(attachments.stored(data_dir, head["logo"])) if head["logo"] else None
    return Letter(
        **{
            **plain,
            "letterhead": Letterhead(tuple(head["lines"]), logo, tuple(head["footer"])),
            "address": tuple(plain["address"]),
            "body": tuple(part if isinstance(part, str) else _table(part) for part in plain["body"]),
            "payment": _payment(payment) if payment else None,
            "window": Window(plain["window"]),
        }
    )


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _table(plain: Mapping[str, Any]) -> Table:
    columns = tuple(Column(one["heading"], Align(one["align"])) for one in plain["columns"])
    return Table(columns, tuple(map(tuple, plain["rows"])), tuple(map(tuple, plain["totals"])))


def _payment(plain: Mapping[str, Any]) -> PaymentPart:
    return PaymentPart(plain["title"], tuple(map(tuple, plain["facts"])), plain["qr"], plain["qr_label"])

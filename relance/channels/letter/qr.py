"""The QR code of a SEPA credit transfer (EPC069-12, LEGAL 12): its payload, and its modules as a bitmap."""

import re
from dataclasses import dataclass
from decimal import Decimal

from relance.channels.letter.values import LetterError, LetterFault

LONGEST_PAYLOAD = 331  # bytes: version 13 with error correction M
LONGEST_NAME = 70
LONGEST_REFERENCE = 140
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
QUIET_ZONE = 4  # modules
# The European Economic Area: elsewhere version 002 wants a BIC.
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
)

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_STRUCTURED = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_DIGITS = bytes.maketrans(b"\x00\x01", b"01")


def epc_payload(name: str, iban: str, bic: str, amount: Decimal, currency: str, reference: str) -> str | None:
    """What the code says, or None where the standard has no way to say it: no euro, no sound IBAN, no such amount.

    A name or a reference past its limit is cut: both are printed whole beside the code.
    """
    account, bank = _compact(iban), _compact(bic)
    if not _BIC.fullmatch(bank):
        bank = ""
    payee = _cut(name, LONGEST_NAME)
    if currency != "EUR" or not payee or not _is_account(account) or not (bank or account[:2] in EEA):
        return None
    if not amount.is_finite() or not LEAST <= amount <= MOST or amount != round(amount, 2):
        return None
    structured = _compact(reference)
    if not (_STRUCTURED.fullmatch(structured) and _sound(structured)):
        structured = ""
    free = "" if structured else _cut(reference, LONGEST_REFERENCE)
    lines = ["BCD", "002", "1", "SCT", bank, payee, account, f"EUR{amount:.2f}", "", structured, free]
    payload = "\n".join(lines).rstrip("\n")
    return payload if len(payload.encode()) <= LONGEST_PAYLOAD else None


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


def _cut(text: str, limit: int) -> str:
    """One line of at most so many bytes, which is never more characters; a character is never halved."""
    line = " ".join(_NOT_TEXT.sub(" ", text).split())
    return line.encode()[:limit].decode(errors="ignore").rstrip()


def _is_account(iban: str) -> bool:
    return bool(_IBAN.fullmatch(iban)) and _sound(iban)


def _sound(code: str) -> bool:
    """ISO 7064 mod 97-10, of IBANs and of structured references."""
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


@dataclass(frozen=True, slots=True)
class Modules:
    """A code as a bitmap, quiet zone not included: hexadecimal rows, each padded to whole bytes; a 1 is dark."""

    side: int
    rows: str


def modules(payload: str) -> Modules:
    """The code of a payload. LetterError where it is longer than the standard allows."""
    import segno

    content = payload.encode()
    if not 0 < len(content) <= LONGEST_PAYLOAD:
        raise LetterError(LetterFault.BAD_QR, str(len(content)))
    # Any mask is readable; weighing all eight takes most of the time.
    code = segno.make(content, error="m", mode="byte", mask=3, micro=False, boost_error=False)
    side = len(code.matrix)
    width = (side + 7) // 8
    padding = "0" * (width * 8 - side)
    rows = (int(row.translate(_DIGITS).decode() + padding, 2).to_bytes(width, "big").hex() for row in code.matrix)
    return Modules(side, "".join(rows))

"""Who writes: the firm, or one of its senders with what it has of its own in the place of what the firm has."""

from dataclasses import dataclass, replace

from relance.services.messages.values import one_line
from relance.storage.models import Firm, Sender


@dataclass(frozen=True, slots=True)
class Identity:
    """What messages say of who writes. `payee` is the holder of the bank account."""

    name: str
    address: str
    phone: str
    email: str
    country: str
    language: str
    iban: str
    bic: str
    payee: str
    signature: str


def identity_of(firm: Firm, sender: Sender | None = None) -> Identity:
    """The firm as it is, or a sender; what a sender lacks is the firm's.

    IBAN and BIC go together with the holder's name: a sender's BIC never stands beside the firm's account.
    """
    own = Identity(
        name=one_line(firm.name),
        address=firm.address,
        phone=firm.phone,
        email=firm.email,
        country=firm.country,
        language=firm.language,
        iban=firm.iban,
        bic=firm.bic,
        payee=one_line(firm.name),
        signature=firm.signature,
    )
    if sender is None:
        return own
    theirs = ("name", "address", "phone", "email", "signature")
    written = {name: text for name in theirs if (text := getattr(sender, name)).strip()}
    if sender.iban.strip():
        written |= {"iban": sender.iban, "bic": sender.bic, "payee": one_line(sender.name)}
    return replace(own, **written)

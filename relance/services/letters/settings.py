"""How letters look and leave, as an owner sets it up: its key in a file of its own, its logo kept by its hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.channels.letter import LetterError
from relance.config import Settings
from relance.domain.delivery import ChannelName, DeliveryFailed, Fate, PostalAddress
from relance.domain.documents import CustomerKind
from relance.services.delivery.account_values import letter_folder
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.letters.house import letter_house_of
from relance.services.letters.partner import partner
from relance.services.messages import attachments
from relance.services.messages.compose_letter import draw, print_all
from relance.services.messages.compose_text import Desk
from relance.services.messages.facts import Claim, MessageFacts, StepFacts
from relance.services.messages.recipients import house_of
from relance.services.refusal import Refused
from relance.services.secrets import keep_secret
from relance.services.settings.apply import set_columns
from relance.services.settings.problems import Problems
from relance.services.settings.tables import LETTERS, read_table
from relance.storage import db
from relance.storage.models import Firm, LetterAccount, Sender

KEPT_IN = "secrets/post-key"
LARGEST_LOGO = 1_000_000  # bytes


def save_account(session: Session, settings: Settings, values: Mapping[str, object], api_key: str) -> None:
    """Set how letters look and leave; a key replaces the one that is kept, an empty one leaves it.

    Raises Refused: with every problem of the values, or where the way chosen can't be used.
    """
    problems = Problems()
    given = read_table(dict(values), ("letters",), LETTERS, problems)
    problems.refuse()
    account = session.get_one(LetterAccount, 1)
    before = (account.api_key_file, account.api_key_env, account.base_url)
    if api_key:
        keep_secret(settings.data_dir / KEPT_IN, api_key)
        given |= {"api_key_file": KEPT_IN, "api_key_env": ""}
    check_host(str(given.get("base_url", account.base_url)), settings)
    set_columns(account, given)
    if api_key or before != (account.api_key_file, account.api_key_env, account.base_url):
        account.test_mode = None
    _check_way(account)


def _check_way(account: LetterAccount) -> None:
    if account.way == "post" and not (account.api_key_env or account.api_key_file):
        raise Refused("letters.no_key")
    if account.way == "folder" and not account.folder.strip():
        raise Refused("letters.no_folder")


def check_host(base_url: str, settings: Settings) -> None:
    """The partner on this very machine is for trials: never where others reach Relance (RELIABILITY, ASVS 1.3.6)."""
    if base_url.startswith("http://") and settings.public_url:
        raise Refused("letters.host", address=base_url)


def forget_key(session: Session, settings: Settings, *, way: str) -> None:
    """There is no key any more; the file that we made is removed, another is left alone. Raises Refused: it is needed.

    `way`: how letters are to leave from now on.
    """
    if way == "post":
        raise Refused("letters.no_key")
    account = session.get_one(LetterAccount, 1)
    if account.api_key_file == KEPT_IN:
        (settings.data_dir / KEPT_IN).unlink(missing_ok=True)
    account.api_key_file = account.api_key_env = ""
    account.test_mode = None


def keep_logo(of: LetterAccount | Sender, settings: Settings, content: bytes) -> None:
    """Keep a picture as the logo of letters. Raises Refused for one that is too large, or no PNG or JPEG."""
    from relance.channels.letter.logo import read_logo

    if len(content) > LARGEST_LOGO:
        raise Refused("letters.logo_too_large", most=LARGEST_LOGO // 1_000_000)
    try:
        read_logo(content)
    except LetterError as error:
        raise Refused(error.code.value.replace("letter.", "letters.")) from error
    of.logo_sha256 = attachments.keep(settings.data_dir, content)


def remove_logo(of: LetterAccount | Sender) -> None:
    """Letters have no logo any more; the file stays for those that bear it."""
    of.logo_sha256 = ""


def logo(settings: Settings, of: LetterAccount | Sender) -> bytes:
    """The logo; empty without one."""
    if not of.logo_sha256:
        return b""
    try:
        content = attachments.stored(settings.data_dir, of.logo_sha256).read_bytes()
    except OSError:
        return b""
    return content if hashlib.sha256(content).hexdigest() == of.logo_sha256 else b""


def check_key(engine: Engine, settings: Settings) -> bool | None:
    """Ask the partner whether the key is good; whether its letters are only tests, None where it doesn't say.

    What it said is kept. Raises DeliveryFailed.
    """
    from relance.channels.post.account import Mode

    with db.reading(engine) as session:
        accounts = read_accounts(session)
        session.expunge_all()
    client = partner(settings, accounts)
    try:
        mode = client.check().mode
    finally:
        client.close()
    said = {Mode.TEST: True, Mode.LIVE: False}.get(mode)
    with db.writing(engine) as session:
        session.get_one(LetterAccount, 1).test_mode = said
    return said


def check_way(settings: Settings, account: LetterAccount) -> None:
    """Whether the folder can be written to; raises DeliveryFailed."""
    from relance.channels.folder import check_folder

    if account.way == "folder":
        if settings.demo:
            raise DeliveryFailed("demo.sending_impossible", Fate.HOLD)
        check_folder(letter_folder(settings, account))


def sample(session: Session, settings: Settings, firm: Firm, today: date, sender: Sender | None = None) -> bytes:
    """The PDF of a letter that never leaves, in the firm's language, as letters are set up now. Raises Refused."""
    account = read_accounts(session).letter
    facts = MessageFacts(
        uid=f"sample-{uuid4()}",
        customer="Atelier Mercier & Fils",
        kind=CustomerKind.COMPANY,
        channel=ChannelName.LETTER,
        language=firm.language,
        step=StepFacts(level=2, offset=20, deadline_days=8),
        claims=tuple(_claims(firm, today)),
        address=PostalAddress("Atelier Mercier & Fils", ("Bâtiment B", "12 rue des Lilas"), "69003", "Lyon"),
        postage=account.postage,
    )
    house = house_of(firm, read_accounts(session).mail, sender)
    desk = Desk(
        house=replace(  # a firm that hasn't said who it is sees a letter all the same
            house,
            name=house.name or "Bonnet Conseil",
            phone=house.phone or "01 42 00 00 00",
            email=house.email or "factures@bonnet.example",
            iban=house.iban or "FR7630006000011234567890189",
        ),
        templates={},
        today=today,
        letters=letter_house_of(firm, account, settings.data_dir, sender),
    )
    [made] = print_all([draw(facts, desk, test=True)])
    if isinstance(made, Refused):
        raise made
    return made.pdf


def _claims(firm: Firm, today: date) -> list[Claim]:
    issued, due = today - timedelta(days=52), today - timedelta(days=22)
    totals = (("F-2026-0388", 120_000, 84_520), ("F-2026-0401", 612_000, 612_000))
    return [Claim(n, number, issued, due, firm.currency, total, left) for n, (number, total, left) in enumerate(totals)]

"""Where a person mends what keeps a reminder from leaving: an address and its words."""

from flask import url_for

from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.services.refusal import Refused
from relance.storage.queries.dispatches import Named
from relance.storage.queries.history import Line
from relance.web import links, selection
from relance.web.language import gettext as _
from relance.web.message_words import customer_page
from relance.web.shell import link_to

Mend = tuple[str, str]

# Refusals that a better address of the customer would mend.
NO_WAY_TO_REACH = frozenset(
    ("remind.no_recipient", "compose.no_recipient", "compose.no_mobile", "compose.address_incomplete")
)
# Failures that say that an address is wrong.
WRONG_ADDRESS = frozenset(
    (
        "smtp.recipient_refused",
        "smtp.mailbox_unavailable",
        "smtp.relay_denied",
        "sms.no_number",
        "sms.not_mobile",
        "sms.unreachable",
        "post.address_incomplete",
        "folder.address_incomplete",
        *NO_WAY_TO_REACH,
    )
)
SETTINGS = {**dict.fromkeys(("smtp", "email", "oauth"), "settings.email"), "sms": "settings_sms.index"}
LETTERS = "settings_letters.index"


def of_refusal(refusal: Refused, invoice: Named) -> Mend:
    """Where the reason for leaving an invoice out is mended; the invoice's own page, if nowhere better."""
    if refusal.code in NO_WAY_TO_REACH:
        return customer_page(invoice.customer_id), _("Add an address")
    if refusal.code == "compose.no_sender_address":
        return link_to("settings.index"), _("Complete the firm's address")
    if refusal.code == "compose.no_sender":
        return link_to("settings.email"), _("Set up the e-mail account")
    return of_account(refusal.code) or (links.invoice(invoice.id), _("See the invoice"))


def of_account(code: str) -> Mend | None:
    """The settings of an account that sends nothing."""
    family = code.partition(".")[0]
    if family in ("smtp", "email", "oauth"):
        return link_to(SETTINGS[family]), _("Set up the e-mail account")
    if family == "sms":
        return link_to(SETTINGS[family]), _("Set up text messages")
    return (link_to(LETTERS), _("Set up letters")) if family in ("post", "folder") else None


def of_message(line: Line) -> list[Mend]:
    """What can be done about a message that didn't leave, or may not have; addresses that a person may not open too."""
    if line.state is MessageState.UNKNOWN:
        return [(links.message(line.id), _("Say what became of it"))]
    if line.state is MessageState.HELD:
        return _of_held(line)
    if line.state is not MessageState.FAILED:
        return []
    found = [(customer_page(line.customer_id), _("Correct the address"))] if line.code in WRONG_ADDRESS else []
    if line.channel is not ChannelName.LETTER:
        found.append((_again(line, ChannelName.LETTER), _("Print a letter")))
    return [*found, (_again(line, line.channel), _("Try again"))]


def _of_held(line: Line) -> list[Mend]:
    if line.code == TO_PRINT:
        return [(links.message(line.id), _("Read the letter"))]
    account = of_account(line.code or "")
    return [account] if account else [(links.message(line.id), _("Read the message"))]


def _again(line: Line, channel: ChannelName) -> str:
    """The page that confirms the same reminder once more."""
    if not link_to("dispatches.confirm") or not line.about:
        return ""
    chosen = selection.compact(one.id for one in line.about)
    return url_for("dispatches.confirm", factures=chosen, etape=line.step, canal=channel.value)

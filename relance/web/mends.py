"""Where a person mends what keeps a reminder from leaving: an address and its words; the address may be empty."""

from flask import url_for

from relance.domain.book import Choose, Invoice
from relance.domain.delivery import ChannelName
from relance.domain.reasons import Reason, ReasonCode
from relance.domain.status import TO_PRINT, MessageState
from relance.services.refusal import Refused
from relance.storage.queries.dispatches import Named
from relance.storage.queries.history import Line
from relance.web import links, selection
from relance.web.labels import N_
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


_CUSTOMER = {
    ReasonCode.NO_RECIPIENT: ("contacts", N_("Add an address")),
    ReasonCode.FAILED: ("contacts", N_("Correct the address")),
    ReasonCode.INSOLVENCY: ("who", N_("See the customer")),
    ReasonCode.NET_CREDIT: ("content", N_("See the customer")),
    ReasonCode.CUSTOMER: ("how", N_("Change the program")),
}
_INVOICE = {
    ReasonCode.PAUSED: ("holds", N_("End the pause")),
    ReasonCode.DISPUTED: ("holds", N_("Settle the dispute")),
    ReasonCode.PROMISED: ("holds", N_("See the promise")),
    ReasonCode.EXCLUDED: ("holds", N_("Remind of it again")),
    ReasonCode.FINISHED: ("by-hand", N_("Remind the customer…")),
}
_ELSEWHERE = {
    ReasonCode.INACTIVE: ("automation.index", N_("Automatic sending")),
    ReasonCode.PREDATES: ("automation.index", N_("Automatic sending")),
    ReasonCode.SMALL: ("automation.index", N_("Change the smallest amount")),
    ReasonCode.NO_DUE_DATE: ("imports.index", N_("Import its due date")),
    ReasonCode.MANUAL: ("to_do.manual", N_("See what is to be sent by hand")),
}
_ONLY_TIME = frozenset((ReasonCode.WAIT, ReasonCode.TOO_SOON, ReasonCode.APPROVAL))


def of_reason(why: Reason, invoice: Invoice) -> Mend | None:
    """Where what keeps an invoice from being reminded of is changed; None where only time changes it."""
    if why.code in _ONLY_TIME:
        return None
    special = _of_special(why, invoice)
    if special is not None:
        return special
    here = links.invoice(invoice.id)
    for known, page in ((_CUSTOMER, customer_page(invoice.customer)), (_INVOICE, here)):
        if why.code in known:
            anchor, words = known[why.code]
            return _at(page, anchor), _(words)
    if why.code in _ELSEWHERE:
        endpoint, words = _ELSEWHERE[why.code]
        return link_to(endpoint), _(words)
    return here, _("See the invoice")


def _of_special(why: Reason, invoice: Invoice) -> Mend | None:
    """The reasons whose mend depends on more than their code."""
    if why.code is ReasonCode.UNKNOWN:
        return _history(invoice.customer), _("Say what became of it")
    if why.code is ReasonCode.PAUSED and why.facts.get("replied_on"):
        return _at(link_to("replies.index"), f"client-{invoice.customer}"), _("Say what follows")
    if why.code is ReasonCode.CUSTOMER and invoice.program is not Choose.INHERIT:
        return _at(links.invoice(invoice.id), "holds"), _("Change the program")
    if why.code is ReasonCode.INACTIVE and why.facts.get("program"):
        return link_to("programs.index"), _("See the programs")
    return None


def _at(address: str, anchor: str) -> str:
    return f"{address}#{anchor}" if address else ""


def _history(customer: int) -> str:
    return url_for("history.index", etat="inconnu", client=customer) if link_to("history.index") else ""


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

"""Why a message came back after it left, by code: what the other side said, in our words."""

from relance.web.labels import N_

FAILURES: dict[str, str] = {
    "bounce": N_("The message came back."),
    "bounce.user_unknown": N_("This address doesn't exist (any more): correct it."),
    "bounce.domain_unknown": N_("The part after the @ doesn't exist, or takes no mail: correct the address."),
    "bounce.moved": N_("This person has moved to another address: ask for the new one."),
    "bounce.disabled": N_("The recipient's mailbox is closed or suspended."),
    "bounce.mailbox_full": N_("The recipient's mailbox is full."),
    "bounce.too_big": N_("The message was too big for the recipient's server."),
    "bounce.blocked": N_("The recipient's server refuses mail from yours: ask your mail provider."),
    "bounce.spam": N_("The recipient's server took the message for spam."),
    "bounce.policy": N_(
        "The recipient's server doesn't trust the sender's address: ask your mail provider about SPF and DKIM."
    ),
    "bounce.expired": N_("The recipient's server could not be reached for days."),
    "bounce.loop": N_("The message went round in circles between mail servers."),
    "bounce.other": N_("The message came back, without a clear reason."),
}

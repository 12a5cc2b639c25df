"""Why an e-mail did not leave, or the firm's mailbox could not be read: by code, each with its mend."""

from relance.web.labels import N_

EMAIL: dict[str, str] = {
    "email.not_set_up": N_("No e-mail account is set up yet: give its server in the settings."),
    "email.address_malformed": N_("An address is not written as an e-mail address: correct it on the customer's page."),
    "email.address_not_ascii": N_(
        "An address has accents or other signs before the @, which mail servers don't take: correct it on the "
        "customer's page."
    ),
    "email.no_recipient": N_("The message has no recipient: add an address on the customer's page."),
    "email.sender_malformed": N_("The sender's address is not a whole e-mail address: correct it in the settings."),
    "email.reply_to_malformed": N_(
        "The address for replies is not a whole e-mail address: correct it in the settings."
    ),
    "email.unsafe_text": N_(
        "The message holds signs that no mail may have: take them out of its subject and of the names in it."
    ),
}
SMTP: dict[str, str] = {
    "smtp": N_("The mail server did not take the message."),
    "smtp.unreachable": N_("The mail server can't be reached; it will be tried again."),
    "smtp.host_unknown": N_("No mail server has this name: correct it in the settings, or check the network."),
    "smtp.not_available": N_("The mail server is not available now; it will be tried again."),
    "smtp.tls_failed": N_(
        "No encrypted connection to the mail server could be made: check the port and the encryption in the settings."
    ),
    "smtp.tls_refused": N_("The mail server refused to encrypt the connection; it will be tried again."),
    "smtp.starttls_not_offered": N_(
        "The mail server offers no STARTTLS: check the port and the encryption in the settings. "
        "Nothing was sent in clear."
    ),
    "smtp.certificate": N_(
        "The mail server's certificate can't be trusted: check the name of the server in the settings."
    ),
    "smtp.encryption_required": N_("The mail server takes nothing in clear: choose STARTTLS or TLS in the settings."),
    "smtp.auth_required": N_("The mail server wants a user name and a password: give them in the settings."),
    "smtp.auth_refused": N_("The mail server refused the user name or the password: correct them in the settings."),
    "smtp.auth_unsuccessful": N_(
        "Microsoft refused to sign in: either the password is wrong, or passwords or sending by SMTP are switched off "
        "for this account. Correct it, or sign in with Microsoft in the settings."
    ),
    "smtp.auth_not_offered": N_(
        "The mail server offers no way to sign in that Relance knows: check the port and the encryption in the "
        "settings."
    ),
    "smtp.auth_unavailable": N_("The mail server can't check the password now; it will be tried again."),
    "smtp.password_sign_in_off": N_(
        "The provider no longer accepts passwords for this account: sign in with Microsoft in the settings."
    ),
    "smtp.app_password_required": N_(
        "The provider wants an application password: make one in your account with it, and enter it in the settings."
    ),
    "smtp.submission_off": N_(
        "Sending by SMTP is switched off for this mailbox: your Microsoft 365 administrator can switch it on."
    ),
    "smtp.quota": N_("The account has sent enough for now; sending goes on later."),
    "smtp.sender_refused": N_("The mail server refused the sender's address: correct it in the settings."),
    "smtp.sender_deferred": N_("The mail server asks to try again later."),
    "smtp.sender_mailbox_full": N_("Your own mailbox is full, and its provider sends nothing more: make room in it."),
    "smtp.recipient_refused": N_("The address doesn't exist any more: correct it."),
    "smtp.recipient_deferred": N_("The recipient's server asks to try again later."),
    "smtp.mailbox_unavailable": N_("The recipient's mailbox is full or closed."),
    "smtp.relay_denied": N_(
        "The mail server doesn't send to that address from this account: check the user name in the settings."
    ),
    "smtp.policy": N_("The recipient's server refuses our messages: write to this customer another way."),
    "smtp.message_refused": N_("The message was refused."),
    "smtp.message_deferred": N_("The message will be tried again later."),
    "smtp.too_big": N_("The message is too big for the mail server: send it without the invoices attached."),
    "smtp.protocol": N_("The mail server answered in a way that isn't SMTP; it will be tried again."),
    "smtp.no_answer": N_("The message was handed over and no answer came: it may have left."),
    "smtp.connection_lost": N_("The connection was lost before the message was handed over; it will be tried again."),
}
OAUTH: dict[str, str] = {
    "oauth": N_("Signing in to the mail provider failed: sign in again in the settings."),
    "oauth.not_signed_in": N_(
        "Nobody has signed in to the mail provider yet, or the sign-in was undone: sign in in the settings."
    ),
    "oauth.declined": N_("The sign-in was refused on the provider's page: sign in again in the settings, and accept."),
    "oauth.expired": N_("The sign-in to the mail provider has run out: sign in again in the settings."),
    "oauth.refused": N_(
        "The mail provider refused the sign-in: check the application's identifier in the settings, then sign in again."
    ),
    "oauth.token_refused": N_(
        "The mail server refused what the sign-in gave: check that the account may send by SMTP, then sign in again."
    ),
    "oauth.unasked": N_("This answer belongs to no sign-in that was begun here in the last ten minutes: begin again."),
    "oauth.not_kept": N_(
        "The sign-in can't be written into the data folder: check its rights and the room on the disk."
    ),
    "oauth.unreachable": N_("The provider's sign-in page can't be reached; it will be tried again."),
}
INBOX: dict[str, str] = {
    "inbox": N_("The mailbox can't be read."),
    "inbox.unreachable": N_("The mailbox's server can't be reached; it will be tried again."),
    "inbox.tls_failed": N_(
        "No encrypted connection to the mailbox could be made: check the server's name and the port."
    ),
    "inbox.auth_refused": N_("The mailbox refused the user name or the password: correct them in the settings."),
    "inbox.folder_unknown": N_("The mailbox has no folder of this name: correct it in the settings."),
    "inbox.protocol": N_(
        "The mailbox's server answered in a way that isn't IMAP: check the server's name and the port."
    ),
}

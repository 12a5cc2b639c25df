"""Why a text message did not leave, or did not arrive: by code, each with its mend."""

from relance.web.labels import N_

# The account, as it was entered.
ACCOUNT: dict[str, str] = {
    "sms.not_set_up": N_("Text messages are not set up: give the provider's account in the settings."),
    "sms.no_provider": N_("Choose a provider first."),
    "sms.no_key": N_("Enter the API key, without spaces: the provider shows it in your account."),
    "sms.no_secret": N_("Enter the API secret, without spaces: the provider shows it in your account."),
    "sms.bad_sender": N_(
        "The sender is either a name of at most 11 letters and digits, without accents or other signs, or a telephone "
        "number: correct it."
    ),
    "sms.bad_base_url": N_("The provider's address must begin with https://: correct base_url in the settings file."),
    "sms.bad_callback": N_(
        "Relance's public address is too long for the provider, which takes 100 characters with the key of the "
        "receipts: shorten RELANCE_PUBLIC_URL."
    ),
    "sms.bad_signature": N_("A signature secret has no spaces, accents or line ends: copy it again."),
}
HOURS: dict[str, str] = {
    "sms_hours.too_early": N_("No text message leaves before 8:00: enter 08:00 or later."),
    "sms_hours.too_late": N_("No text message leaves after 20:00: enter 20:00 or earlier."),
    "sms_hours.no_time": N_("The end of the sending hours must come after their beginning."),
    "sms_hours.no_day": N_("Text messages leave from Monday to Saturday: keep one of these days at least."),
    "sms_hours.sunday": N_("No text message leaves on a Sunday: take it out of the days."),
}
# The provider's answer, or its silence.
SENDING: dict[str, str] = {
    "sms": N_("The SMS provider did not take the message."),
    "sms.auth_refused": N_("The SMS provider refused the API key or its secret: correct them in the settings."),
    "sms.account_barred": N_("The SMS provider has blocked your account: ask it why."),
    "sms.balance_exhausted": N_("Your credit with the SMS provider is used up: top it up."),
    "sms.not_enabled": N_("Your account with the SMS provider may not send text messages: have it enabled there."),
    "sms.demo_account": N_(
        "Your account with the SMS provider is still on trial and sends to its own test numbers alone: "
        "top it up, or add the number there."
    ),
    "sms.sender_refused": N_("The SMS provider or the network refused the sender: change it in the settings."),
    "sms.callback_refused": N_(
        "The SMS provider refused the address for receipts: check that Relance's public address can be reached."
    ),
    "sms.wrong_address": N_("What answers is not the SMS provider: correct base_url in the settings file."),
    "sms.certificate": N_(
        "The SMS provider's certificate can't be trusted: check this computer's clock and what stands between it "
        "and the internet. It will be tried again."
    ),
    "sms.unreachable": N_("The SMS provider can't be reached; it will be tried again."),
    "sms.throttled": N_("The SMS provider asks to go slower; it will be tried again."),
    "sms.not_submitted": N_("The SMS provider could not pass the message on; it will be tried again."),
    "sms.no_answer": N_(
        "The text message was handed over and no answer came: it may have left. Look into your account with the "
        "provider, then say whether it left."
    ),
    "sms.internal_error": N_(
        "The SMS provider reported a fault of its own: the text message may have left. Look into your account with "
        "the provider, then say whether it left."
    ),
    "sms.server_error": N_(
        "The SMS provider's server failed while it took the text message: it may have left. Look into your account "
        "with the provider, then say whether it left."
    ),
    "sms.unreadable_answer": N_(
        "The SMS provider's answer can't be read: the text message may have left. Look into your account with the "
        "provider, then say whether it left."
    ),
    "sms.invalid_request": N_("The SMS provider refused the message as it is: check its text and the number."),
    "sms.refused": N_("The SMS provider refused the message for a reason that it doesn't explain."),
    "sms.blocked": N_("The SMS provider blocked the message for its content or its own rules: change the text."),
    "sms.too_long": N_("The text is too long for a text message: shorten it."),
    "sms.no_text": N_("The text message has no text: fill in its template."),
    "sms.no_number": N_("The text message has no number to go to: add a mobile number on the customer's page."),
    "sms.unroutable": N_("No network can be found for this number: check it on the customer's page."),
    "sms.number_barred": N_("The SMS provider no longer sends to this number: give another one."),
    "sms.number_deactivated": N_("This number is no longer in service: give another one."),
}
# The network's word, afterwards.
DELIVERY: dict[str, str] = {
    "sms.undelivered": N_("The text message did not arrive, and the network doesn't say why."),
    "sms.rejected_by_network": N_("The network refused the text message."),
    "sms.expired": N_("The telephone stayed out of reach for too long: the network gave up."),
    "sms.phone_unreachable": N_("The telephone is switched off or out of reach."),
    "sms.number_gone": N_("This number is no longer in service: give another one."),
    "sms.barred_by_recipient": N_("The telephone takes no messages from us: use another channel."),
    "sms.opted_out": N_("The customer asked to get no more text messages: use another channel."),
    "sms.portability": N_("The number has changed operator and the network did not follow: try again another day."),
    "sms.spam_filter": N_("The network took the text message for spam: change the text, or use another channel."),
    "sms.content_filter": N_("The network refused the text for its content: change the text."),
    "sms.illegal_message": N_("The network refused the text message as it is: change the text."),
    "sms.network": N_("The network had a fault: the text message did not arrive."),
    "sms.network_quota": N_("The network takes no more messages for now: the text message did not arrive."),
    "sms.blocked_by_network": N_("The network blocks our messages: use another channel."),
    "sms.age_restriction": N_("The network keeps such messages from this telephone: use another channel."),
    "sms.recipient_without_credit": N_("The customer's telephone has no credit left to receive: use another channel."),
}
# Why nothing can go to a number, after the number itself.
NUMBERS: dict[str, str] = {
    "sms.not_a_number": N_("%(number)s is not a telephone number"),
    "sms.landline": N_("%(number)s is a landline"),
    "sms.short_number": N_("%(number)s is a short number"),
    "sms.special_number": N_("%(number)s is a special-rate number"),
    "sms.not_mobile": N_("%(number)s is not a mobile number"),
    "sms.closed": N_("%(number)s must not be used any more"),
}
NUMBER_WITHOUT_NAME: dict[str, str] = {
    "sms.not_a_number": N_("This is not a telephone number: correct it."),
    "sms.landline": N_("This is a landline: give a mobile number."),
    "sms.short_number": N_("This is a short number: give a mobile number."),
    "sms.special_number": N_("This is a special-rate number: give a mobile number."),
    "sms.not_mobile": N_("This is not a mobile number: correct it."),
    "sms.closed": N_("This number must not be used any more: give another one."),
}
FAILURES: dict[str, str] = {**ACCOUNT, **HOURS, **SENDING, **DELIVERY, **NUMBER_WITHOUT_NAME}

"""Why a letter can't be made, addressed, posted or delivered: by code, each with its mend."""

from relance.web.labels import N_

PRINTING: dict[str, str] = {
    "letter": N_("The letter can't be made."),
    "letter.not_set_up": N_("Letters are not set up: choose in the settings how they leave."),
    "letter.to_print": N_("The letter is ready: print it, post it, then mark it as sent."),
    "letter.no_letter": N_("There is no letter to print."),
    "letter.no_address": N_("The letter has no address: complete it on the customer's page."),
    "letter.bad_logo": N_(
        "The logo is neither a PNG nor a JPEG picture, or it is damaged: choose another file in the settings."
    ),
    "letter.logo_too_large": N_("The logo has too many pixels: choose a smaller picture in the settings."),
    "letter.bad_table": N_("The table of the letter can't be drawn: a row has too few or too many cells."),
    "letter.bad_qr": N_(
        "The payment code can't be drawn: shorten the firm's name or the reference, or switch it off in the settings."
    ),
    "letter.long_letterhead": N_("The letterhead or the footer fills the page: shorten it in the settings."),
    "letter.no_fonts": N_("The fonts of letters are missing from this installation: install Relance again."),
}
ADDRESS: dict[str, str] = {
    "address": N_("The address is not complete."),
    "address.no_name": N_("The address has no name."),
    "address.no_street": N_("The address has no street."),
    "address.no_postcode": N_("The address has no postcode."),
    "address.no_city": N_("The address has no town."),
    "address.bad_postcode": N_("The postcode is not five digits."),
    "address.unknown_country": N_("The country of the address is not known: give its code of two letters."),
    "address.too_many_lines": N_("The address has too many lines: six are the most, name and town included."),
    "address.long_line": N_("A line of the address has more than 38 characters: shorten it."),
}
POST: dict[str, str] = {
    "post": N_("The postal partner did not take the letter."),
    "post.no_key": N_("The postal partner's key is missing: enter it in the settings."),
    "post.key_refused": N_("The postal partner refused the key: correct it in the settings."),
    "post.no_credit": N_("Your credit with the postal partner is used up: top it up."),
    "post.proxy_refused": N_("The network's proxy did not let the letter through: give Relance a way past it."),
    "post.wrong_host": N_("What answers is not the postal partner: correct its address in the settings."),
    "post.bad_settings": N_("The postal partner's key or address can't be used as it is: correct it in the settings."),
    "post.tls_failed": N_(
        "The postal partner's certificate can't be trusted: check this computer's clock and what stands between it "
        "and the internet. It will be tried again."
    ),
    "post.unreachable": N_("The postal partner can't be reached; it will be tried again."),
    "post.not_available": N_("The postal partner is not available now; it will be tried again."),
    "post.connection_lost": N_("The connection was lost before the letter was handed over; it will be tried again."),
    "post.slow_down": N_("The postal partner asks to go slower; it will be tried again."),
    "post.protocol": N_("The postal partner refused the question: check its address in the settings."),
    "post.no_answer": N_(
        "The letter was handed over and no answer came: it may be posted. Look into your account with the partner, "
        "then say whether it left."
    ),
    "post.address_incomplete": N_("The customer's postal address is not complete: complete it on the customer's page."),
    "post.address_refused": N_("The postal partner refused the customer's address: correct it on the customer's page."),
    "post.sender_incomplete": N_("The firm's postal address is not complete: complete it in the settings."),
    "post.sender_refused": N_("The postal partner refused the firm's address: correct it in the settings."),
    "post.no_pdf": N_("The letter has no PDF to post: prepare it again."),
    "post.too_big": N_("The letter's file is too big for the postal partner: use a smaller logo, or fewer invoices."),
    "post.letter_refused": N_("The postal partner refused the letter as it is."),
    "post.letter_not_found": N_("The postal partner doesn't know this letter any more."),
    "post.too_late": N_("The letter is being printed already: it can't be cancelled any more."),
    "post.returned": N_("The letter came back: correct the address on the customer's page."),
    "post.wrong_address": N_("Nobody lives at this address under this name: correct it on the customer's page."),
    "post.error": N_("The postal partner could not post the letter."),
    "post.cancelled": N_("The letter was cancelled before it was printed."),
}
FOLDER: dict[str, str] = {
    "folder": N_("The letter can't be written into its folder."),
    "folder.address_incomplete": N_(
        "The customer's postal address is not complete: complete it on the customer's page."
    ),
    "folder.no_pdf": N_("The letter has no PDF to write: prepare it again."),
    "folder.unwritable": N_(
        "The folder of letters can't be written to: check that it is there, its rights, and the room on the disk. "
        "It will be tried again."
    ),
}
FAILURES: dict[str, str] = {**PRINTING, **ADDRESS, **POST, **FOLDER}

"""What a person writes of a sender, on its page or in a settings file, and what each of it may be."""

from relance.services.settings import addresses
from relance.services.settings import values as settings_values
from relance.services.settings.values import Read

# The keys of a sender; each is also the column that keeps it.
SENDER: dict[str, Read] = {
    "name": settings_values.name,
    "address": settings_values.text,
    "siren": settings_values.siren,
    "vat_number": settings_values.line,
    "phone": settings_values.line,
    "email": addresses.one,
    "iban": settings_values.iban,
    "bic": settings_values.bic,
    "signature": settings_values.text,
    "letterhead": settings_values.text,
    "footer": settings_values.text,
    "place": settings_values.line,
}

"""Letters as PDF: what is printed, and where on the sheet (LEGAL 11, 12)."""

from relance.channels.letter.printing import (
    AddressFault,
    AddressLines,
    Align,
    Column,
    Letter,
    LetterError,
    LetterFault,
    Letterhead,
    PaymentPart,
    Table,
    Window,
    address_lines,
    epc_payload,
    to_pdf,
    to_pdfs,
)

__all__ = [
    "AddressFault",
    "AddressLines",
    "Align",
    "Column",
    "Letter",
    "LetterError",
    "LetterFault",
    "Letterhead",
    "PaymentPart",
    "Table",
    "Window",
    "address_lines",
    "epc_payload",
    "to_pdf",
    "to_pdfs",
]

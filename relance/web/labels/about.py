"""The parts that others wrote, what each is for, and its licence."""

from dataclasses import dataclass

from relance.web.labels import N_


@dataclass(frozen=True, slots=True)
class PartNamed:
    """`package` is the name that its version is asked for by; empty for what is no Python package."""

    name: str
    package: str
    use: str
    licence: str


PAGES = N_("pages and forms")
PARTS = (
    PartNamed("Flask, Werkzeug, Jinja", "flask", PAGES, "BSD-3-Clause"),
    PartNamed("Flask-Login", "flask-login", PAGES, "MIT"),
    PartNamed("WTForms, Flask-WTF", "wtforms", PAGES, "BSD-3-Clause"),
    PartNamed("waitress", "waitress", N_("web server"), "ZPL-2.1"),
    PartNamed("SQLAlchemy, Flask-SQLAlchemy", "sqlalchemy", N_("database"), "MIT, BSD-3-Clause"),
    PartNamed("Alembic", "alembic", N_("database"), "MIT"),
    PartNamed("Huey", "huey", N_("work in the background"), "MIT"),
    PartNamed("Babel", "babel", N_("languages, dates and amounts"), "BSD-3-Clause"),
    PartNamed("holidays", "holidays", N_("public holidays"), "MIT"),
    PartNamed("fpdf2", "fpdf2", N_("letters and reports as PDF"), "LGPL-3.0"),
    PartNamed("segno", "segno", N_("payment codes on letters"), "BSD-3-Clause"),
    PartNamed("openpyxl", "openpyxl", N_("reading spreadsheets"), "MIT"),
    PartNamed("defusedxml", "defusedxml", N_("reading spreadsheets"), "PSF-2.0"),
    PartNamed("imap-tools", "imap-tools", N_("reading the mailbox"), "Apache-2.0"),
    PartNamed("MSAL", "msal", N_("signing in to Microsoft 365"), "MIT"),
    PartNamed("requests", "requests", N_("talking to web services"), "Apache-2.0"),
    PartNamed("vonage", "vonage", N_("text messages"), "Apache-2.0"),
    PartNamed("phonenumbers", "phonenumbers", N_("phone numbers"), "Apache-2.0"),
    PartNamed("email-validator", "email-validator", N_("e-mail addresses"), "Unlicense"),
    PartNamed("python-stdnum", "python-stdnum", N_("SIREN, VAT numbers and IBANs"), "LGPL-2.1"),
    PartNamed("nh3", "nh3", N_("cleaning the HTML of messages"), "MIT"),
    PartNamed("argon2-cffi", "argon2-cffi", N_("passwords"), "MIT"),
    PartNamed("click", "click", N_("command line"), "BSD-3-Clause"),
    PartNamed("tzdata", "tzdata", N_("time zones"), "Apache-2.0"),
    PartNamed("DejaVu", "", N_("typeface of the letters"), "Bitstream Vera"),
    PartNamed("Lucide", "", N_("icons"), "ISC"),
)

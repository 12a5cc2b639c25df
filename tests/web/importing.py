"""Files for the import pages, and short ways to bring them in through a browser."""

import io
import re
from typing import Any

from tests.web.client import Browser, Page

HEADINGS = "N° facture;Code client;Client;E-mail;Date;Echéance;Montant TTC;Réglé"
LIST = "\n".join(
    (
        HEADINGS,
        "F-1;DUPONT;Dupont SARL;compta@dupont.example;30/09/2026;31/10/2026;1 200,00;0,00",
        "F-2;DUPONT;Dupont SARL;compta@dupont.example;01/10/2026;30/11/2026;300,50;100,00",
        "F-3;PINSON;Boulangerie Pinson;;15/10/2026;14/11/2026;80,00;0,00",
    )
)
WITH_BAD_ROWS = LIST + "\nF-4;DUPONT;Dupont SARL;;01/10/2026;31/11/2026;10,00;\nF-5;DUPONT;Dupont SARL;;;;beaucoup;"
KIND = {"customer_kind": "company"}  # the word on new customers that the files above say nothing of
PAYMENTS = "N° facture;Date de règlement;Montant;Référence\nF-1;20/11/2026;200,00;VIR 1\n"


def upload(
    browser: Browser, content: str | bytes, *, kind: str = "invoices", name: str = "l.csv", status: int = 303
) -> Page:
    """Send a file from the first page."""
    data = content.encode() if isinstance(content, str) else content
    sent: dict[str, Any] = {"kind": kind, "file": (io.BytesIO(data), name)}
    return browser.send("/import", sent, on="/import", status=status)


def batch(page: Page) -> str:
    """Where the pages of a received file begin: /import/3."""
    found = re.match(r"/import/\d+", page.location)
    assert found, page.location
    return found[0]


def boxes(page: Page) -> dict[str, str]:
    """What the form of the columns would send as it stands, without its token."""
    form = page.html.split("/colonnes")[1]
    chosen: dict[str, str] = {}
    for name, options in re.findall(r'<select id="c\d+" name="(c\d+)"[^>]*>(.*?)</select>', form, re.S):
        picked = re.search(r'value="([^"]*)" selected', options)
        chosen[name] = picked[1] if picked else re.findall(r'value="([^"]*)"', options)[0]
    signature = re.search(r'name="signature" value="([^"]*)"', form)
    assert signature
    return {**chosen, "signature": signature[1], "remember": "y"}


def columns_agreed(browser: Browser, start: str, **changed: str) -> Page:
    """Agree with what was understood, but for some boxes; the page of the check."""
    page = browser.open(f"{start}/colonnes")
    return browser.follow(browser.send(f"{start}/colonnes", {**boxes(page), **changed}, on=f"{start}/colonnes"))


def bring(browser: Browser, content: str | bytes, *, kind: str = "invoices", **said: str) -> str:
    """A whole import, from the file to its result; where its pages begin."""
    start = batch(upload(browser, content, kind=kind))
    columns_agreed(browser, start)
    browser.send(f"{start}/verification", {**KIND, **said}, on=f"{start}/verification")
    return start

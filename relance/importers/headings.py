"""What a heading may mean, and whether a file's headings are in French."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from relance.importers.fields import FIELDS_OF, Field, FileKind
from relance.importers.synonyms import INVOICES, PAYMENTS, Titles

SURE, USUAL, WEAK = 3, 2, 1


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
_NUMBER_WORDS = frozenset(("n", "no", "nr", "num", "numero", "number", "nbr"))
_LITTLE_WORDS = _words("de du des d la les l of the s")
_FRENCH_LETTERS = frozenset("éèêëàâçùûîïôœÉÈÊÀÂÇÔŒ°")
_CURRENCY_WORDS = {"eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "cad": "CAD"}
_FRENCH = _words(
    "facture factures facturation montant numero echeance reste statut etat ttc ht tva nom adresse ville paiement "
    "reglement libelle pays societe raison solde devise emission emise paye payee regle reglee restant telephone "
    "courriel langue litige exclue promesse piece tiers avoir commande encaisse du prenom fichier jours"
)
_ENGLISH = _words(
    "invoice invoices amount number customer status state balance paid name address city currency due issue issued "
    "buyer gross tax price phone country street postcode zip language disputed excluded promise paused until "
    "outstanding payment company kind group terms bill order settled days"
)


@lru_cache(maxsize=4096)
def normalise(heading: str) -> str:
    """The words that count: `*InvoiceNumber`, `invoice_no` and `Invoice N°` are one and the same."""
    tokens = _tokens(heading)
    kept = [token for token in tokens if token not in _LITTLE_WORDS]
    return " ".join(kept or tokens)


def _tokens(heading: str) -> list[str]:
    marked = re.sub(r"[#№]|(?<![A-Za-z])[Nn][°º]", " num ", heading).replace("€", " eur ")
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFC", marked))
    spaced = re.sub(r"\b[dD][ûÛ]\b", "owed", spaced)
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", spaced.casefold()) if not unicodedata.combining(char)
    )
    text = " ".join(re.sub(r"[^a-z0-9]+", " ", letters.replace("œ", "oe")).split())
    text = re.sub(r"\be (?=mail)", "e", text)
    tokens = ["num" if token in _NUMBER_WORDS else token for token in text.split()]
    # "du" at the end is "dû" without its accent: an amount owed, not a little word.
    return [*tokens[:-1], "owed"] if tokens[-1:] == ["du"] else tokens


@lru_cache(maxsize=256)
def heading_currency(heading: str) -> str | None:
    """The currency that an amount's heading names: `Montant TTC (€)`, `amount_usd`."""
    found = {_CURRENCY_WORDS[token] for token in _tokens(heading) if token in _CURRENCY_WORDS}
    return found.pop() if len(found) == 1 else None


def _without_currency(words: str) -> str:
    return " ".join(token for token in words.split() if token not in _CURRENCY_WORDS)


@lru_cache(maxsize=4096)
def meanings(heading: str, kind: FileKind) -> tuple[tuple[Field, int], ...]:
    """The fields that a heading may name in a file of this kind, surest first."""
    known = _known(kind)
    words = normalise(heading)
    found = known.get(words) or known.get(_without_currency(words)) or {}
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@lru_cache(maxsize=2)
def _known(kind: FileKind) -> dict[str, dict[Field, int]]:
    titles = INVOICES if kind is FileKind.INVOICES else PAYMENTS
    known: dict[str, dict[Field, int]] = {}
    for field, sets in titles.items():
        for words, strength in _by_strength(sets):
            known.setdefault(words, {}).setdefault(field, strength)
    for field in FIELDS_OF[kind]:  # the words of `--map` are headings too
        known.setdefault(normalise(field), {}).setdefault(field, SURE)
    return known


def _by_strength(titles: Titles) -> Iterable[tuple[str, int]]:
    for text, strength in ((titles.sure, SURE), (titles.usual, USUAL), (titles.weak, WEAK)):
        for title in filter(None, text.split(",")):
            yield normalise(title.strip()), strength


def are_french(headings: Iterable[str]) -> bool:
    """Whether more of the headings are French than English; words that are both don't count."""
    french = english = 0
    for heading in headings:
        tokens = set(_tokens(heading))
        accented = not _FRENCH_LETTERS.isdisjoint(unicodedata.normalize("NFC", heading))
        is_french, is_english = bool(tokens & _FRENCH) or accented, bool(tokens & _ENGLISH)
        french += is_french and not is_english
        english += is_english and not is_french
    return french > english


def signature(headings: Iterable[str]) -> str:
    """The same for files with the same headings, whatever their order, case and accents."""
    return hashlib.sha256("\n".join(sorted(map(normalise, headings))).encode()).hexdigest()

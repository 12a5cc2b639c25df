"""The usual abbreviations of French addresses, for lines that are over length and for those alone (LEGAL 11)."""

import re
import unicodedata

# In the order in which they are tried: what loses least comes first.
ABBREVIATIONS = (
    ("BOULEVARD", "BD"),
    ("AVENUE", "AV"),
    ("RESIDENCE", "RES"),
    ("BATIMENT", "BAT"),
    ("APPARTEMENT", "APP"),
    ("IMMEUBLE", "IMM"),
    ("ESCALIER", "ESC"),
    ("ETAGE", "ETG"),
    ("ZONE INDUSTRIELLE", "ZI"),
    ("ZONE ARTISANALE", "ZA"),
    ("ZONE D ACTIVITES", "ZA"),
    ("ZONE D ACTIVITE", "ZA"),
    ("ZONE D AMENAGEMENT CONCERTE", "ZAC"),
    ("CENTRE COMMERCIAL", "CCAL"),
    ("LOTISSEMENT", "LOT"),
    ("LIEU DIT", "LD"),
    ("ROND POINT", "RPT"),
    ("IMPASSE", "IMP"),
    ("PASSAGE", "PAS"),
    ("QUARTIER", "QUA"),
    ("FAUBOURG", "FG"),
    ("CHEMIN", "CHE"),
    ("PLACE", "PL"),
    ("ROUTE", "RTE"),
    ("SQUARE", "SQ"),
    ("ALLEE", "ALL"),
    ("MARECHAL", "MAL"),
    ("PROFESSEUR", "PR"),
    ("PRESIDENT", "PDT"),
    ("COMMANDANT", "CDT"),
    ("LIEUTENANT", "LT"),
    ("CAPITAINE", "CNE"),
    ("COLONEL", "COL"),
    ("GENERAL", "GAL"),
    ("DOCTEUR", "DR"),
    ("ETABLISSEMENTS", "ETS"),
    ("ASSOCIATION", "ASSOC"),
    ("COMPAGNIE", "CIE"),
    ("SOCIETE", "STE"),
    ("SAINTE", "STE"),
    ("SAINT", "ST"),
)


def shortened(line: str, limit: int) -> str:
    """The line with as few words abbreviated as bring it to the limit; as it is where none does."""
    for long, short in ABBREVIATIONS:
        if len(line) <= limit:
            break
        line = _replaced(line, long, short)
    return line


def _replaced(line: str, long: str, short: str) -> str:
    """Whole words, whatever their case and accents; what joins their parts may be a hyphen or an apostrophe."""
    plain = _plain(line)
    if len(plain) != len(line):
        return line
    found = re.search(r"\b" + long.replace(" ", r"[ '’-]") + r"\b", plain)
    return line[: found.start()] + short + line[found.end() :] if found else line


def _plain(text: str) -> str:
    """Capitals without accents, letter by letter."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text).upper()

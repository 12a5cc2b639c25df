"""The new words of a reply: what stands above the mail it quotes."""

import re

from relance.importers.mail_news.decoding import folded

LONGEST_EXCERPT = 2_000  # characters
MOST_LINES = 2_000
LONGEST_LINE = 300

# Lines are compared folded: lower case, no accents.
WROTE = re.compile(
    r"^(?:le|on|am|el|il|op|em|den)\b.{0,250}"
    r"(?:a ecrit|wrote|schrieb.{0,120}|escribio|ha scritto|schreef.{0,120}|escreveu|skrev) ?: ?$"
    r"|^.{0,120}@.{0,120}(?:a ecrit|wrote|schrieb) ?: ?$"
)
OPENING = re.compile(r"^(?:le|on|am|el|il|op)\b.{0,80}\d")
SEPARATOR = re.compile(
    r"^[-_=*]{2,}\s*(?:message d'origine|original message|ursprungliche nachricht|mensaje original|messaggio originale"
    r"|oorspronkelijk bericht|message (?:transfere|initial|original)|courriel original|forwarded message"
    r"|weitergeleitete nachricht|original ?nachricht|mail original|reply message|doorgestuurd bericht)\b"
    r"|^debut du message (?:transfere|reexpedie)|^begin forwarded message|^anfang der weitergeleiteten"
)
FROM = re.compile(r"^\W{0,3}(?:de|from|von|da|van|expediteur)\s?\*?:")
SENT = re.compile(r"^\W{0,3}(?:envoye(?: le)?|date|sent|gesendet|datum|enviado|inviato|data|verzonden|le)\s?\*?:")
TO = re.compile(r"^\W{0,3}(?:a|to|an|para|aan|objet|subject|betreff|asunto|oggetto|onderwerp|cc)\s?\*?:")
RULE = re.compile(r"^[_\-=*]{5,}$")


def new_words(text: str) -> str:
    """Without the quote, at most LONGEST_EXCERPT characters; a mail answered between the lines keeps the answers."""
    lines = [line[:LONGEST_LINE].rstrip() for line in text.split("\n")[:MOST_LINES]]
    above = _tidy(lines[: quote_start(lines)])
    return (above or _tidy(_unquoted(lines)))[:LONGEST_EXCERPT]


def above_quote(text: str) -> str:
    """What stands above the quoted mail, if anything."""
    lines = [line[:LONGEST_LINE] for line in text.split("\n")[:MOST_LINES]]
    return "\n".join(lines[: quote_start(lines)])


def _unquoted(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lstrip().startswith((">", "|")) and not WROTE.match(folded(line))]


def quote_start(lines: list[str]) -> int:
    """The number of the first line of the quoted mail, or how many there are."""
    plain = [folded(line) for line in lines]
    for number, line in enumerate(plain):
        if line.startswith(">") or SEPARATOR.match(line) or _is_attribution(plain, number) or _is_block(plain, number):
            return number
    return len(lines)


def _is_attribution(plain: list[str], number: int) -> bool:
    """ "On … wrote:", which may be folded over three lines."""
    if WROTE.match(plain[number]):
        return True
    if not OPENING.match(plain[number]):
        return False
    return any(WROTE.match(" ".join(plain[number : number + more])) for more in (2, 3))


def _is_block(plain: list[str], number: int) -> bool:
    """Outlook's "From: Sent: To:" block, with or without a rule above it."""
    start = number + 1 if RULE.match(plain[number]) else number
    block = plain[start : start + 8]
    if not block or not FROM.match(block[0]):
        return False
    return any(map(SENT.match, block[1:])) and any(map(TO.match, block[1:]))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().rstrip("_").rstrip()

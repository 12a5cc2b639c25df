"""Who wrote: a mail server, an answering machine, a newsletter, or a person. Tables of marks, and questions to them."""

import re

from relance.importers.mail_news.decoding import folded
from relance.importers.mail_news.mime import Headers, Mail
from relance.importers.mail_news.news import NewsCode

# The standard library's own reader of addresses recurses, as deep as the mail wishes.
BOXED = re.compile(r"^([^<]*).*<\s*([^<>\s]{1,320})\s*>")
BARE = re.compile(r"[^\s<>()\"',;:]{1,64}@[\w.-]{1,253}")

# Only the mail system itself writes under these.
SERVER_LOCAL = re.compile(
    r"(?:mailer|mail)[-_.]?d(?:a|e)?em?on|mdaemon|microsoftexchange[0-9a-f]{16,}|mail[-_.]?delivery[\w.-]*"
)
SERVER_NAME = re.compile(
    r"mail delivery (?:sub)?s(?:ystem|ervice)|internet mail delivery|mail ?er[- ]daemon|mail daemon"
)
# Administrators answer from these too.
ADMIN_LOCAL = re.compile(
    r"postmaster|administrator|mail[-_.]?admin|bounces?(?:[-+].*)?|[\w.-]*smtp[\w.-]*service|system|mailsystem"
    r"|(?:no|bounce)[-_.]?return|no[-_.]?reply|ne-?pas-?repondre|do-?not-?reply|mail[-_.]?(?:gateway|security|marshal|sweeper)"
    r"|imss|interscan|antivirus|antispam"
)
ADMIN_NAME = re.compile(
    r"(?:mail|system|e-?mail) ?administrator|postmaster|mail system|microsoft (?:outlook|exchange)"
    r"|administrateur systeme|systemadministrator"
)
NDR_HEADERS = ("x-failed-recipients", "x-ms-exchange-message-is-ndr", "x-ms-embedded-report")

REPLY_PREFIX = re.compile(
    r"^(?:\[[^\]]{1,40}\] ?)?(?:re|aw|antw|sv|rif|ref|odp|rv|tr|fwd?|wg|doorst|i|r)(?:\[\d+\])? ?:"
)

AUTO_HEADERS = (
    "x-autoreply",
    "x-autoreply-from",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-vacation",
    "x-fc-machinegenerated",
)
AUTO_PRECEDENCE = frozenset(("auto_reply", "auto-reply", "autoreply"))
BY_PERSON = re.compile(r"no\b|auto-forwarded")  # values of Auto-Submitted
BULK_PRECEDENCE = frozenset(("bulk", "list", "junk"))
BULK_HEADERS = ("list-id", "list-unsubscribe", "list-post", "x-campaign", "x-campaignid", "x-csa-complaints")

# What answering machines put first in a subject, before ours.
AUTO_SUBJECT = re.compile(
    r"^(?:\[[^\]]{1,40}\] ?)?\W{0,4}(?:"
    r"reponse (?:automatique|auto\b)|message (?:automatique|d'absence)|(?:avis|notification) d'absence"
    r"|auto(?:matic)?[- ]?re(?:ply|sponse|spond)|automated (?:re(?:ply|sponse)|message)|out[- ]of[- ](?:the )?office"
    r"|ooo\b|vacation (?:reply|message)|away from (?:the|my) (?:office|desk)|autosvar|autorespons"
    r"|automatische? (?:antwort|beantwortung|ruckmeldung)|abwesenheits?(?:notiz|nachricht|meldung|mitteilung)"
    r"|abwesend|automatisch antwoord|afwezigheid|risposta automatica|fuori ufficio|respuesta automatica"
    r"|fuera de (?:la )?oficina"
    r"|absen(?:ce|te?) (?:du bureau|de |jusqu|pour |temporaire|\d)|absence ?:|je suis absente?|en (?:conges|vacances)\b"
    r"|fermeture (?:annuelle|estivale|pour)|conges (?:annuels|d'ete)|urlaub\b|nicht im (?:buro|haus))"
)
ABSENCE = re.compile(
    r"absen(?:ce|te?)\b|conges|vacances|fermeture|out of (?:the )?office|vacation|on leave|holiday|travell?ing"
    r"|abwesen|urlaub|nicht im (?:buro|haus)|fuori ufficio|fuera de|afwezig"
)
ACKNOWLEDGEMENT = re.compile(
    r"accuse de reception|bien (?:ete )?(?:recu|enregistre|pris en compte)|avons (?:bien )?recu"
    r"|votre (?:demande|message|ticket)[^.]{0,60}(?:enregistre|recu|pris)"
    r"|(?:ticket|case|request|dossier|demande) ?(?:#|n[o°.]|id\b)|we (?:have )?received your|has been received"
    r"|thank you for (?:contacting|your (?:e-?mail|message|request))|eingangsbestatigung"
    r"|haben (?:sie )?ihre (?:nachricht|e-?mail|anfrage)|ihre (?:nachricht|anfrage)[^.]{0,40}(?:erhalten|eingegangen)"
)
MACHINE_WORDS = re.compile(
    r"(?:ce|ceci est un) (?:message|mail|courriel|e-?mail) (?:est |a ete )?(?:automatique|envoye automat|genere)"
    r"|message automatique|envoi automatique|merci de ne pas (?:y )?repondre|ne pas repondre (?:directement )?a ce"
    r"|do not reply|this is an auto(?:mated|matic)|automatically generated"
    r"|automatisch (?:generiert|erstellt|versand)|automatische (?:antwort|nachricht|e-?mail)"
    r"|nicht auf diese (?:e-?mail|nachricht)"
)
CHALLENGE = re.compile(
    r"mail ?in ?black|boxbe|spam ?arrest|challenge.response|demande d'authentification"
    r"|(?:vous etes|you are) (?:bien )?(?:an? |un |une )?(?:etre )?(?:humain|human|real person|personne reelle)"
    r"|pas un robot|not a robot"
)


def sender(headers: Headers) -> tuple[str, str]:
    """The name and the address, in lower case."""
    value = headers.text("from")
    if boxed := BOXED.search(value):
        return boxed[1].strip(' "'), boxed[2].lower()
    bare = BARE.search(value)
    return (value.replace(bare[0], "").strip(' ()"') if bare else value), bare[0].lower() if bare else ""


def has_null_path(headers: Headers) -> bool:
    """Whether it came from the empty sender, as bounces and answering machines do."""
    path = headers.raw("return-path").strip().lower()
    return "return-path" in headers and (path in ("", "<>") or "mailer-daemon" in path)


def is_server(headers: Headers) -> bool:
    """Whether only a mail system can have written it."""
    name, address = sender(headers)
    named = SERVER_LOCAL.fullmatch(address.partition("@")[0]) or SERVER_NAME.search(folded(name))
    return bool(named) or any(one in headers for one in NDR_HEADERS)


def is_administrator(headers: Headers) -> bool:
    """Whether it comes from where both machines and people write."""
    name, address = sender(headers)
    return bool(ADMIN_LOCAL.fullmatch(address.partition("@")[0]) or ADMIN_NAME.search(folded(name)))


def is_answer(headers: Headers) -> bool:
    """Whether a mail program made it as an answer or a forward."""
    return any(one in headers for one in ("in-reply-to", "references")) or has_reply_prefix(headers.text("subject"))


def has_reply_prefix(subject: str) -> bool:
    return bool(REPLY_PREFIX.match(folded(subject)))


def is_automatic(headers: Headers) -> bool:
    """Whether its headers say that no person wrote it (RFC 3834, and the usages before it)."""
    submitted = folded(headers.raw("auto-submitted"))
    precedences = {folded(headers.raw(name)) for name in ("precedence", "x-precedence", "preference")}
    return (
        (bool(submitted) and not BY_PERSON.match(submitted))
        or any(one in headers and folded(headers.raw(one)) not in ("no", "false") for one in AUTO_HEADERS)
        or bool(precedences & AUTO_PRECEDENCE)
        or "autoresponder" in folded(headers.raw("delivered-to"))
        or "autoresponder" in folded(headers.raw("x-post-messageclass"))
        or folded(headers.raw("x-autogenerated")) == "reply"
    )


def is_bulk(headers: Headers) -> bool:
    return folded(headers.raw("precedence")) in BULK_PRECEDENCE or any(one in headers for one in BULK_HEADERS)


def is_challenge(mail: Mail, text: str) -> bool:
    """Whether the mail waits for its sender to prove to be a person."""
    name, address = sender(mail.headers)
    return bool(CHALLENGE.search(folded(f"{name} {address} {mail.headers.text('subject')} {text[:1_500]}")))


def automatic_code(subject: str, text: str) -> NewsCode:
    """What sort of answering machine."""
    said = folded(f"{subject} {text[:1_500]}")
    if ABSENCE.search(said):
        return NewsCode.ABSENCE
    return NewsCode.ACKNOWLEDGEMENT if ACKNOWLEDGEMENT.search(said) else NewsCode.GENERATED

"""A person's answer is never taken for a machine's, whatever it quotes; a machine's is never taken for a person's."""

import pytest

from relance.importers.mail_news import NewsCode, NewsKind, read_news
from tests.importers.mails import OUR_ID, OUR_UID, RETURNED, SUBJECT, THEM, US, answer, failed, mail, report

QUOTE = f"\n\nLe lun. 9 nov. 2026 à 08:02, Dupont Plomberie <{US}> a écrit :\n> Madame, Monsieur,\n> sauf erreur\n"
BOUNCE_TEXT = report(failed("550 5.1.1 user unknown", "5.1.1")).decode()
QUOTED_BOUNCE = "\n".join(f"> {line}" for line in BOUNCE_TEXT.split("\n"))
OUTLOOK_BLOCK = f"""
________________________________
De : Mail Delivery System <MAILER-DAEMON@mx.relais.fr>
Envoyé : lundi 9 novembre 2026 10:12
À : {THEM}
Objet : Undelivered Mail Returned to Sender

Your message could not be delivered to
compta@ailleurs.fr
550 5.1.1 user unknown
"""

PAUL = "Paul Petit <postmaster@moulin-client.fr>"
PEOPLE = {
    "paid": answer("Bonjour,\n\nLe virement est parti ce matin." + QUOTE),
    "in German": answer(f"Wir zahlen Freitag.\n\nAm 09.11.26 schrieb Dupont <{US}>:\n> Hallo", subject="AW: Rechnung"),
    "in English": answer(f"We dispute this.\n\nOn Mon, 9 Nov, Dupont <{US}> wrote:\n> Dear", subject="RE: Invoice"),
    "answers a bounce": answer(
        "Désolé, notre serveur était en panne." + QUOTED_BOUNCE, subject="Re: Undelivered Mail Returned to Sender"
    ),
    "forwards a bounce": mail(
        "J'ai reçu ceci, merci de regarder." + OUTLOOK_BLOCK, subject="TR: Undeliverable: Facture"
    ),
    "forwards a bounce without a word": mail(OUTLOOK_BLOCK, subject="TR: Non remis : Facture F-2026-118"),
    "writes undeliverable": answer("Your last mail was undeliverable, delivery failed here: please send it again."),
    "says the address is unknown": answer("Adresse inconnue sur votre facture : utilisateur inconnu chez nous."),
    "gives a new address": answer(
        "Mail delivery to julie@ failed, use compta@moulin-client.fr: user unknown since May."
    ),
    "quotes a report whole": answer("Voir ci-dessous.\n\n-----Message d'origine-----\n" + BOUNCE_TEXT),
    "is the postmaster": answer("Votre message n'a pas pu être délivré hier, c'est réparé.", sender=PAUL),
    "is the postmaster, without headers": mail(
        "Bonjour, vos messages ont été rejetés par notre filtre, c'est réparé.", sender=PAUL, subject="Vos messages"
    ),
    "is called like a server": answer("Payé.", sender="Mail Administrator <admin@moulin-client.fr>"),
    "answers from a server's address": answer("Payé.", sender="Julie <mailer-daemon@moulin-client.fr>"),
    "answers an absence": answer("Merci, je rappelle lundi.", subject="Re: Réponse automatique : absence"),
    "speaks of absence": answer("Julie est en congés, absente jusqu'au 30. Je paie moi-même." + QUOTE),
    "asks about an undelivered parcel": mail("Le colis n'a pas été livré, nous ne payons pas.", subject="Livraison"),
    "titles it a failure": mail("La livraison a échoué deux fois.", subject="Échec de livraison du chantier"),
    "starts anew": mail("Bonjour, pouvez-vous m'envoyer un duplicata ?", subject="Facture"),
    "acknowledges by hand": mail("J'ai bien reçu votre relance, je m'en occupe.", subject="Accusé de réception"),
    "signs with a disclaimer": answer("Réglé hier.\n\n--\nThis is an automatically generated signature."),
    "speaks of human resources": mail("Merci de vérifier auprès des ressources humaines.", subject="Facture"),
    "answers through a list": answer("Virement fait.", List_Id="compta.moulin-client.fr", Precedence="list"),
    "was forwarded by a rule": answer("Virement fait.", Auto_Submitted="auto-forwarded"),
    "says so itself": answer("Virement fait.", Auto_Submitted="no"),
}


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE)
def test_what_a_person_writes_is_a_reply(raw: bytes) -> None:
    news = read_news(raw)
    assert (news.kind, news.code, news.recipients) == (NewsKind.REPLY, NewsCode.NONE, ())


def test_a_person_who_attaches_a_bounce_is_a_person() -> None:
    raw = f"""From: Julie Moulin <{THEM}>
To: {US}
Subject: Fwd: Undelivered Mail Returned to Sender
Content-Type: multipart/mixed; boundary="cc"

--cc
Content-Type: text/plain

Que faire ?
--cc
Content-Type: message/rfc822

{BOUNCE_TEXT}
--cc
Content-Type: message/delivery-status

{failed("550 5.1.1 user unknown", "5.1.1")}
--cc--
"""
    news = read_news(raw.encode())
    assert (news.kind, news.text) == (NewsKind.REPLY, "Que faire ?")


MACHINES = {
    "RFC 3834": (mail("Je reviens lundi.", Auto_Submitted="auto-replied"), NewsCode.GENERATED),
    "with its header": (mail("Absente.", X_Autoreply="yes", subject="Re: Facture"), NewsCode.ABSENCE),
    "cPanel": (mail("Out of the office.", X_Autorespond=SUBJECT, subject="Re: Facture"), NewsCode.ABSENCE),
    "Precedence": (mail("Absente.", Precedence="auto_reply", subject="Re: Facture"), NewsCode.ABSENCE),
    "French": (mail("Je suis absente.", subject=f"Réponse automatique : {SUBJECT}"), NewsCode.ABSENCE),
    "French, short": (mail("De retour le 30.", subject="Absence du bureau"), NewsCode.ABSENCE),
    "German": (mail("Ich bin im Urlaub.", subject=f"Automatische Antwort: {SUBJECT}"), NewsCode.ABSENCE),
    "German, note": (mail("Bin weg.", subject="Abwesenheitsnotiz: Rechnung"), NewsCode.ABSENCE),
    "English": (mail("I am on leave.", subject=f"Automatic reply: {SUBJECT}"), NewsCode.ABSENCE),
    "English, office": (mail("Back soon.", subject="Out of Office: Invoice"), NewsCode.ABSENCE),
    "Spanish": (mail("Vuelvo el lunes.", subject="Respuesta automática: factura"), NewsCode.GENERATED),
    "empty sender": (mail("De retour le 30.", Return_Path="<>", subject="Absent"), NewsCode.ABSENCE),
    "ticket": (
        mail("Votre demande a bien été enregistrée.", Auto_Submitted="auto-replied", subject="[#1203] Facture"),
        NewsCode.ACKNOWLEDGEMENT,
    ),
    "ticket without headers": (
        mail("Nous avons bien reçu votre message. Ceci est un message automatique.", subject="Accusé de réception"),
        NewsCode.ACKNOWLEDGEMENT,
    ),
    "no reply": (
        mail("This is an automated message. We have received your request.", sender="no-reply@moulin-client.fr"),
        NewsCode.ACKNOWLEDGEMENT,
    ),
    "proof wanted": (
        mail(
            "Pour remettre votre message, prouvez que vous n'êtes pas un robot.", subject="Demande d'authentification"
        ),
        NewsCode.CHALLENGE,
    ),
}


@pytest.mark.parametrize(("raw", "code"), MACHINES.values(), ids=MACHINES)
def test_an_answering_machine_changes_nothing(raw: bytes, code: NewsCode) -> None:
    news = read_news(raw)
    assert (news.kind, news.code) == (NewsKind.AUTO_REPLY, code)


def test_a_read_receipt_is_no_reply() -> None:
    raw = f"""From: Julie Moulin <{THEM}>
To: {US}
Subject: Lu : {SUBJECT}
References: <{OUR_ID}>
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Votre message a été lu.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{THEM}
Original-Message-ID: <{OUR_ID}>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""
    news = read_news(raw.encode())
    assert (news.kind, news.code) == (NewsKind.AUTO_REPLY, NewsCode.READ_RECEIPT)
    assert news.references == (OUR_ID,)


def test_a_newsletter_is_not_for_us() -> None:
    news = read_news(mail("Soldes !", subject="Promotions", List_Unsubscribe="<mailto:out@x.fr>"))
    assert (news.kind, news.code) == (NewsKind.OTHER, NewsCode.BULK)


def test_a_copy_of_our_own_mail_is_no_reply() -> None:
    assert read_news(RETURNED.encode()).code is NewsCode.OWN_COPY
    assert read_news(mail("Relance", sender=US.upper()), own_addresses=[US]).code is NewsCode.OWN_COPY
    assert read_news(report(failed("550 user unknown")), own_addresses=[US]).kind is NewsKind.BOUNCE_HARD


def test_a_reply_leads_back_to_our_message() -> None:
    news = read_news(answer("Payé."))
    assert (news.in_reply_to, news.references, news.uids) == ((OUR_ID,), (OUR_ID,), (OUR_UID,))
    assert (news.sender, news.sender_name, news.subject) == (THEM, "Julie Moulin", f"Re: {SUBJECT}")


def test_a_reply_without_headers_leads_back_by_its_quote() -> None:
    news = read_news(
        mail(f"Payé.\n\n-----Message d'origine-----\n> X-Relance-Id: {OUR_UID}\n> Message-ID: <{OUR_ID}>\n")
    )
    assert (news.relance_ids, news.original_ids) == ((OUR_UID,), (OUR_ID,))


EXCERPTS = {
    "French": ("Payé hier.\nCordialement" + QUOTE, "Payé hier.\nCordialement"),
    "folded attribution": (
        f"Payé.\n\nLe lundi 9 novembre 2026 à 08:02:11 UTC+1, Dupont Plomberie\n<{US}>\na écrit :\n\n> Madame",
        "Payé.",
    ),
    "Outlook": ("Payé.\n" + OUTLOOK_BLOCK, "Payé."),
    "Outlook in English": (f"Paid.\n\nFrom: Dupont <{US}>\nSent: Monday\nTo: Julie\nSubject: Invoice\n\nDear", "Paid."),
    "Outlook in German": (
        f"Bezahlt.\n\nVon: Dupont <{US}>\nGesendet: Montag\nAn: Julie\nBetreff: R\n\nHallo",
        "Bezahlt.",
    ),
    "separator": ("Payé.\n\n-------- Message d'origine --------\nBonjour", "Payé."),
    "answers below": (f"Le 9 nov. 2026, Dupont <{US}> a écrit :\n> Madame\n> Quand payez-vous ?\n\nDemain.", "Demain."),
    "no quote": ("On paiera lundi, comme Paul wrote: voilà.", "On paiera lundi, comme Paul wrote: voilà."),
    "From as a word": ("From: our side all is paid.\nThanks", "From: our side all is paid.\nThanks"),
}


@pytest.mark.parametrize(("text", "excerpt"), EXCERPTS.values(), ids=EXCERPTS)
def test_the_new_words_stand_above_the_quote(text: str, excerpt: str) -> None:
    assert read_news(answer(text)).text == excerpt


def test_a_reply_in_html_alone_is_read() -> None:
    markup = (
        b"From: j@moulin-client.fr\nSubject: Re: F\nContent-Type: text/html; charset=iso-8859-1\n\n"
        b"<html><head><title>T</title><style>p {color: red}</style></head><body><script>alert(1)</script>"
        b"<!-- <p>no</p> --><p>R\xe9gl\xe9 &amp; parti<br>hier</p><blockquote><p>Madame</p></blockquote></body></html>"
    )
    assert read_news(markup).text == "Réglé & parti\nhier"


def test_an_attached_text_is_not_what_the_person_wrote() -> None:
    raw = b"""From: j@moulin-client.fr
Subject: Re: F
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain
Content-Disposition: attachment; filename=a.txt

fichier
--b
Content-Type: text/plain

Voici.
--b--
"""
    assert read_news(raw).text == "Voici."

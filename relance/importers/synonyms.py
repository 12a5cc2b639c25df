"""The headings of invoicing software, French and English, by field and by how surely they mean it.

A heading is compared as `headings.normalise` leaves it: lower case, no accents, no little words (de, la, the), and
every way to write "number" (N°, No, numéro) the same. Titles of net amounts are absent on purpose: a net
amount is never a total (LEGAL 15).
"""

from typing import NamedTuple

from relance.importers.fields import Field


class Titles(NamedTuple):
    """Headings parted by commas. `sure` means nothing else; `usual` gives way to a sure one; `weak` to both."""

    sure: str
    usual: str = ""
    weak: str = ""


_CUSTOMER = {
    Field.CUSTOMER_CODE: Titles(
        "code client, numéro client, n° client, id client, client id, client code, client number, customer id, "
        "customer code, customer number, cust number, cust id, n° de compte client, compte client, code tiers, "
        "n° tiers, compte tiers, compte auxiliaire, code auxiliaire, identifiant client, customer account, "
        "client numéro, code du client, customer ref, partner id, buyer id",
        "customer reference, matricule client, CompAuxNum",
    ),
    Field.CUSTOMER_NAME: Titles(
        "nom client, nom du client, client nom, raison sociale, raison sociale client, customer name, client name, "
        "buyer name, nom du tiers, intitulé tiers, libellé tiers, nom tiers, name customer, nom ou raison sociale, "
        "client raison sociale, dénomination, dénomination sociale, bill to name, nom de l'entreprise, "
        "nom de la société, nom entreprise, company name, partner name",
        "client, société, tiers, customer, buyer, acheteur, entreprise, débiteur, debtor, bill to, contact name, "
        "partenaire, partner, destinataire, nom complet, display name, invoice partner display name",
        "company, nom, name, account name, organisation, organization",
    ),
    Field.CURRENCY: Titles(
        "devise, currency, currency code, code devise, monnaie, invoice currency, devise facture, "
        "devise de facturation",
    ),
}

_INVOICE_NUMBER = Titles(
    "n° facture, numéro de facture, facture n°, num facture, no facture, facture numéro, invoice number, invoice no, "
    "invoice num, n° de pièce, numéro de pièce, n° document, document number, doc number, réf facture, "
    "n° fact, n° fac, fact n°, référence facture, référence de la facture, invoice ref, "
    "invoice reference, numéro du document, "
    "numéro facture client, bill number",
    "numéro, n°, number, num, invoice id, facture, invoice, pièce, n° facture externe, numéro externe, facture id, "
    "id facture, piece ref, réf pièce, référence pièce, document, invoices",
    "référence, réf, reference, ref",
)

INVOICES: dict[Field, Titles] = {
    **_CUSTOMER,
    Field.NUMBER: _INVOICE_NUMBER,
    Field.KIND: Titles(
        "type de facture, type facture, type de document, type document, document type, type de pièce, type pièce, "
        "kind, invoice type, transaction type, nature du document, nature de la pièce, doc type, document kind, genre",
        "type, nature",
    ),
    Field.STATUS: Titles(
        "statut paiement, statut de paiement, statut du paiement, payment status, statut règlement, "
        "statut de règlement, état paiement, état de paiement, état du paiement, payment state, état règlement",
        "statut, status, état, state, statut facture, statut de la facture, état facture, état de la facture, "
        "invoice status, statut du document, document status",
        "facture payée, facture réglée, payée, réglée, soldée, is paid, acquittée",
    ),
    Field.EMAILS: Titles(
        "e-mail facturation, email de facturation, email comptabilité, billing email, email relance, "
        "e-mail de relance, email relances, emails, adresses e-mail, invoice email",
        "e-mail, email, mail, courriel, adresse e-mail, adresse mail, adresse électronique, email address, "
        "e-mail client, email du client, client e-mail, customer email, contact email, e-mail contact, buyer email, "
        "mail client, client mail, courriel client, email tiers, adresse courriel",
    ),
    Field.PHONE: Titles(
        "portable, mobile, téléphone portable, téléphone mobile, tél portable, tél mobile, mobile phone, n° mobile, "
        "cell phone, gsm, mobile number",
        "téléphone, tél, phone, n° téléphone, numéro de téléphone, phone number, téléphone client, tél client, "
        "client phone, customer phone, contact phone, client téléphone, telephone number, buyer phone",
    ),
    Field.LANGUAGE: Titles("langue, language, langue client, langue du client, customer language, lang, locale"),
    Field.ADDRESS_1: Titles(
        "adresse 1, adresse ligne 1, address 1, address line 1, po address line 1, adresse facturation, "
        "adresse de facturation, billing address, billing street, ligne adresse 1, adresse client, client adresse",
        "adresse, address, rue, street, voie, adresse postale, contact address, customer address, n° et voie, "
        "street address, buyer street",
    ),
    Field.ADDRESS_2: Titles(
        "adresse 2, adresse ligne 2, address 2, address line 2, po address line 2, complément adresse, "
        "complément d'adresse, ligne adresse 2, adresse suite, adresse complément",
    ),
    Field.ADDRESS_3: Titles(
        "adresse 3, adresse ligne 3, address 3, address line 3, po address line 3, ligne adresse 3, "
        "complément adresse 2, complément d'adresse 2",
    ),
    Field.POSTCODE: Titles(
        "code postal, cp, postcode, postal code, zip, zip code, po postal code, contact zip code, code postal client, "
        "client code postal, billing zip, post code, buyer post code, cp client, billing postal code",
    ),
    Field.CITY: Titles(
        "ville, city, town, po city, contact city, ville client, client ville, billing city, commune, localité, "
        "buyer city",
    ),
    Field.COUNTRY: Titles(
        "pays, country, po country, contact country, pays client, client pays, billing country, country code, "
        "code pays, buyer country, country name",
    ),
    Field.CUSTOMER_KIND: Titles(
        "type client, type de client, type du client, customer type, client type, customer kind, nature client, "
        "nature du client, catégorie client, catégorie de client, type tiers, type de tiers",
    ),
    Field.GROUP: Titles(
        "groupe, groupe client, groupe de clients, group, customer group, typologie, typologie client, segment, "
        "famille client, client group",
    ),
    Field.PROGRAM: Titles(
        "programme, programme de relance, program, scénario, scénario de relance, dunning program, plan de relance, "
        "reminder program",
    ),
    Field.ISSUE_DATE: Titles(
        "date facture, date de facture, date de la facture, date facturation, date de facturation, date d'émission, "
        "date émission, émise le, issue date, invoice date, date of issue, issued on, issued at, invoiced at, "
        "facture date, document date, date du document, date document, date de pièce, date pièce, emission date, "
        "bill date, invoice issue date",
        "date, émission, issued, invoiced on, inv date",
        "date création, date de création, created, created at, created on, creation date, txn date",
    ),
    Field.DUE_DATE: Titles(
        "échéance, date d'échéance, date échéance, date limite règlement, date limite de règlement, "
        "date limite de paiement, date limite paiement, due date, payment due date, payment to, due on, due at, "
        "date due, échéance le, à payer avant le, à régler avant le, payer avant, payable avant le, due by, "
        "facture échéance, date d'exigibilité, invoice due date, due in date, invoice date due, payable le, "
        "pay by, échue le, date échéance facture, facture date échéance, date paiement prévue, ech, "
        "date ech, due date utc",
        "due",
    ),
    Field.TOTAL: Titles(
        "total ttc, montant ttc, montant total ttc, total facture ttc, montant facture ttc, prix ttc, ttc, "
        "price gross, gross amount, gross total, total gross, invoice total, total incl tax, total including tax, "
        "amount incl tax, total incl vat, montant toutes taxes comprises, total tax included, amount tax incl, "
        "total with tax, montant de la facture ttc, total amount incl vat, total toutes taxes comprises",
        "total, montant, amount, invoice amount, total amount, montant facture, montant de la facture, "
        "facture montant, total facture, total de la facture, montant total, total général, grand total, amount total",
        "net à payer, montant net à payer",
    ),
    Field.PAID: Titles(
        "montant payé, montant réglé, montant encaissé, montant déjà réglé, montant déjà payé, déjà réglé, déjà payé, "
        "amount paid, paid amount, total réglé, total payé, total encaissé, total paid, montant des règlements, "
        "montant des paiements, amount received, acompte versé, règlements reçus, paiements reçus, "
        "encaissements, sommes reçues, montant perçu",
        "réglé, payé, encaissé, paid, règlements, paiements, payments, received, perçu",
    ),
    Field.BALANCE: Titles(
        "reste à payer, reste à régler, reste dû, reste à encaisser, restant dû, restant à payer, restant à régler, "
        "montant restant, montant restant dû, montant restant à payer, solde dû, solde restant, solde restant dû, "
        "solde à payer, solde facture, montant dû, balance due, open balance, open amount, outstanding balance, "
        "outstanding amount, amount outstanding, amount due, remaining amount, amount remaining, remaining balance, "
        "total open amount, solde de la facture, solde ttc, reste à payer ttc, montant impayé, montant ouvert, "
        "unpaid amount, amount residual, total due, total dû, montant à payer, reliquat, balance amount, "
        "amount unpaid, invoice balance, montant à régler",
        "solde, impayé, reste, restant, balance, outstanding, dû, encours, remaining, unpaid",
        "net à payer, montant net à payer",
    ),
    Field.EXCLUDED: Titles(
        "exclue, exclu, excluded, exclure, exclude, ne pas relancer, sans relance, exclue des relances, "
        "exclu des relances, do not remind, no reminder, relance bloquée",
    ),
    Field.DISPUTED: Titles("litige, en litige, disputed, in dispute, dispute, contestée, contested, facture en litige"),
    Field.PROMISE_DATE: Titles(
        "promesse, date promesse, date de promesse, promesse de paiement, promesse de règlement, promise, "
        "promise date, promised date, promised on, promise to pay, promis le, promesse pour le, "
        "date de promesse de paiement",
    ),
    Field.PAUSED_UNTIL: Titles(
        "en pause jusqu'au, pause jusqu'au, en pause jusqu'à, paused until, on hold until, suspendue jusqu'au, "
        "hold until, relance en pause jusqu'au",
        "en pause, pause",
    ),
    Field.SETTLED_ON: Titles(
        "date de paiement, date paiement, date de règlement, date règlement, date du paiement, date du règlement, "
        "date d'encaissement, date encaissement, payée le, réglée le, payé le, réglé le, soldée le, encaissée le, "
        "paid on, paid at, paid date, date paid, payment date, settled on, settled date, settlement date, "
        "fully paid on, fully paid on date, date de solde, date solde, clear date, paiement le",
    ),
    Field.REFERENCE: Titles(
        "votre référence, your reference, référence commande, bon de commande, n° bon de commande, n° commande, "
        "purchase order, purchase order number, po number, customer po, numéro d'engagement",
        "référence, réf, reference, ref",
        "order number, n° de commande client, commande, objet, subject",
    ),
    Field.PDF_NAME: Titles(
        "pdf, fichier pdf, nom du pdf, nom pdf, pdf file, pdf name, nom du fichier pdf, nom de fichier pdf",
        "fichier, nom du fichier, nom de fichier, file, file name, pièce jointe, attachment",
    ),
}

PAYMENTS: dict[Field, Titles] = {
    **_CUSTOMER,
    Field.NUMBER: Titles(
        _INVOICE_NUMBER.sure,
        "facture réglée, facture payée, facture, invoice, invoice id, facture id, id facture, pièce, document, "
        "n° facture externe, factures, invoices",
        "numéro, n°, number",
    ),
    Field.AMOUNT: Titles(
        "montant payé, montant réglé, montant encaissé, montant du paiement, montant du règlement, montant paiement, "
        "montant règlement, montant reçu, amount paid, paid amount, payment amount, amount received, montant perçu, "
        "règlement montant, paiement montant",
        "montant, amount, payé, réglé, encaissé, paid, montant ttc, total, somme, received, montant total, "
        "total amount",
    ),
    Field.PAYMENT_DATE: Titles(
        "date de paiement, date paiement, date du paiement, date de règlement, date règlement, date du règlement, "
        "date d'encaissement, date encaissement, payment date, paid on, paid at, paid date, date paid, payé le, "
        "réglé le, payée le, réglée le, encaissé le, received on, date received, settled on, settled date, "
        "settlement date, date of payment, date de réception, reçu le",
        "date, date opération, transaction date, date transaction",
        "date de valeur, value date",
    ),
    Field.REFERENCE: Titles(
        "référence paiement, référence du paiement, référence règlement, référence du règlement, payment reference, "
        "réf paiement, réf règlement, payment ref, n° de paiement, n° règlement, payment number, paiement id, "
        "payment id, transaction number, transaction id, n° transaction, n° de chèque, id paiement",
        "référence, réf, reference, ref",
        "libellé, motif, memo, description",
    ),
}

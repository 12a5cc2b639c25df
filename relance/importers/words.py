"""Kinds, statuses, yes and no, and sorts of customers, as French and English firms write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from relance.domain.documents import CustomerKind, DocumentKind
from relance.importers.candidates import CandidateStatus
from relance.importers.reading import BadValue, ProblemCode
from relance.importers.text import Cell, fold, written

T = TypeVar("T")

# Folded words (lower case, no accents, no punctuation), parted by commas.
_KINDS = {
    DocumentKind.INVOICE: "facture, factures, facture standard, facture simple, facture client, facture de vente, "
    "facture de remplacement, facture de situation, situation, facture recurrente, fac, fact, facture definitive, "
    "facture doit, facture rectificative, vente, invoice, invoices, sales invoice, tax invoice, vat, inv, bill, "
    "standard, standard invoice, accrec, rv, dr, 380, 384",
    DocumentKind.DEPOSIT: "acompte, acomptes, facture acompte, facture d acompte, facture d avance, avance, arrhes, "
    "deposit, deposit invoice, down payment, down payment invoice, advance, advance invoice, prepayment, "
    "prepayment invoice, 386",
    DocumentKind.FINAL: "solde, facture de solde, facture solde, facture finale, decompte final, decompte general, "
    "final, final invoice, balance invoice, facture de cloture",
    DocumentKind.RECEIPT: "recu, recus, ticket, receipt, sales receipt, quittance",
    DocumentKind.OTHER: "autre, autres, autre piece, autre piece comptable, piece comptable, note d honoraires, "
    "note de debit, other, debit note",
    DocumentKind.CREDIT_NOTE: "avoir, avoirs, facture avoir, facture d avoir, avoir client, avoir financier, "
    "avoir commercial, note de credit, remboursement, credit note, credit notes, creditnote, credit, credit memo, "
    "credit invoice, refund, accreccredit, correction, dg, 381",
    DocumentKind.QUOTE: "devis, quote, quotation, estimate, offre, offre de prix, proposition, "
    "proposition commerciale, proposal",
    DocumentKind.ORDER: "commande, bon de commande, bc, commande client, confirmation de commande, order, "
    "sales order, purchase order",
    DocumentKind.DELIVERY_NOTE: "livraison, bon de livraison, bl, delivery note, delivery, packing slip, delivery slip",
    DocumentKind.INTERVENTION: "intervention, bon d intervention, fiche d intervention, rapport d intervention, bi, "
    "intervention note, work order, service report",
    DocumentKind.PROFORMA: "proforma, pro forma, facture proforma, facture pro forma, proforma invoice, "
    "pro forma invoice",
}
_STATUSES = {
    CandidateStatus.DRAFT: "brouillon, brouillons, provisoire, a valider, non validee, non valide, en preparation, "
    "a finaliser, en cours de saisie, en creation, draft, submitted, unapproved",
    CandidateStatus.OPEN: "validee, valide, impayee, impaye, emise, emis, envoyee, envoye, en retard, retard, "
    "en attente, en attente de paiement, en attente de reglement, a regler, a payer, a encaisser, non payee, "
    "non paye, non reglee, non regle, non soldee, non solde, non lettree, ouverte, ouvert, finalisee, finalise, "
    "echue, echu, non echue, non echu, a echoir, echeance proche, relancee, comptabilisee, facturee, transmise, "
    "deposee, recue, mise a disposition, prise en charge, approuvee, acceptee, confirmee, vue, non, open, sent, "
    "issued, unpaid, overdue, late, outstanding, pending, awaiting payment, authorised, authorized, approved, "
    "validated, past due, viewed, delivered, posted, finalized, finalised, not paid, not due, due, to pay, "
    "payment due, uncollected, no",
    CandidateStatus.PARTIAL: "commencee, commence, reglement commence, paiement partiel, partiellement payee, "
    "partiellement paye, partiellement reglee, partiellement regle, partiellement encaissee, partiellement soldee, "
    "payee partiellement, paye partiellement, reglee partiellement, reglement partiel, partiel, partielle, "
    "acompte verse, acompte recu, partially paid, partial, partly paid, part paid, partial payment",
    CandidateStatus.PAID: "payee, paye, payees, soldee, solde, reglee, regle, encaissee, encaisse, acquittee, "
    "acquitte, lettree, lettre, cloturee, paiement recu, totalement payee, entierement payee, integralement payee, "
    "oui, paid, fully paid, paid in full, settled, closed, payment received, cleared, collected, yes",
    CandidateStatus.CANCELLED: "annulee, annule, annulees, abandonnee, abandonne, supprimee, supprime, "
    "irrecouvrable, creance irrecouvrable, perte, passee en perte, cancelled, canceled, void, voided, deleted, "
    "written off, write off, uncollectible, bad debt",
    CandidateStatus.CREDITED: "creditee, credite, avoir emis, remboursee, rembourse, annulee par avoir, "
    "annule par avoir, avoir total, extournee, credited, refunded, fully credited",
}
_CUSTOMER_KINDS = {
    CustomerKind.COMPANY: "professionnel, professionnels, pro, societe, entreprise, association, personne morale, "
    "independant, artisan, commercant, auto entrepreneur, micro entreprise, sarl, sas, sasu, eurl, sa, company, "
    "business, b2b, professional, organisation, organization, corporate",
    CustomerKind.CONSUMER: "particulier, particuliers, consommateur, personne physique, prive, consumer, individual, "
    "b2c, private, private individual, person",
    CustomerKind.PUBLIC: "public, collectivite, collectivites, collectivite publique, collectivite territoriale, "
    "mairie, commune, departement, region, administration, etat, secteur public, etablissement public, "
    "organisme public, b2g, government, public sector, public body",
}


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _index(table: Mapping[T, str]) -> dict[str, T]:
    return {word: meaning for meaning, words in table.items() for word in _split(words)}


_KIND_OF = {kind.value.replace("_", " "): kind for kind in DocumentKind} | _index(_KINDS)
_STATUS_OF = _index(_STATUSES)
_CUSTOMER_KIND_OF = {kind.value: kind for kind in CustomerKind} | _index(_CUSTOMER_KINDS)
_DISPUTES = frozenset(
    _split(
        "litige, en litige, litigieuse, contestee, contestation, refusee, rejetee, suspendue, disputed, dispute, "
        "in dispute, rejected, refused"
    )
)
# Statuses that go on with a number of days or a date: "En retard de 12 jours", "Due in 5 days".
_OPEN_PREFIXES = tuple(
    f"{start} "
    for start in _split("en retard, retard, echue depuis, echue le, echeance dans, overdue, due in, due on, past due")
)
_YES = frozenset(_split("oui, o, yes, y, vrai, true, x, 1, on, ok, v, t"))
_NO = frozenset(_split("non, n, no, faux, false, 0, off, f"))
_TICKS = frozenset("✓✔☑")


def parse_kind(cell: Cell) -> DocumentKind | None:
    """The kind of document; None for an empty cell. Raises BadValue for a word that isn't known."""
    words = fold(written(cell))
    if words and words not in _KIND_OF:
        raise BadValue(ProblemCode.KIND_UNKNOWN)
    return _KIND_OF.get(words)


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What a status says; a dispute is told by some of them."""

    status: CandidateStatus
    disputed: bool = False


def parse_status(cell: Cell) -> StatusWord | None:
    """What a status says; None for an empty cell. Raises BadValue for a word that isn't known."""
    words = fold(written(cell))
    if not words:
        return None
    if words in _DISPUTES:
        return StatusWord(CandidateStatus.OPEN, disputed=True)
    if words in _STATUS_OF:
        return StatusWord(_STATUS_OF[words])
    if words.startswith(_OPEN_PREFIXES):
        return StatusWord(CandidateStatus.OPEN)
    raise BadValue(ProblemCode.STATUS_UNKNOWN)


def parse_flag(cell: Cell) -> bool | None:
    """Yes or no; None for an empty cell. Raises BadValue for anything else."""
    text = written(cell)
    words = fold(text)
    if words in _YES or text in _TICKS:
        return True
    if words in _NO:
        return False
    if not text:
        return None
    raise BadValue(ProblemCode.FLAG_UNKNOWN)


def says_yes_or_no(text: str) -> bool:
    """Whether a cell is an answer in words, not an amount."""
    words = fold(text)
    return (words in _YES or words in _NO) and not words.isdigit()


@lru_cache(maxsize=512)
def parse_customer_kind(cell: Cell) -> CustomerKind | None:
    """The sort of customer; a word that isn't known says nothing (LEGAL 4: unknown counts as a consumer)."""
    words = fold(written(cell))
    return _CUSTOMER_KIND_OF.get(words, CustomerKind.UNKNOWN) if words else None

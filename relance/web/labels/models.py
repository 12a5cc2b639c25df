"""Sentences of the pages of models: their names, what each field says, what a text may not have."""

from collections.abc import Mapping

from relance.domain.merge import FaultCode
from relance.services.texts import Chosen, Stage
from relance.web.labels import N_, Say

NAMES = {
    "rappel": N_("Friendly reminder"),
    "rappel-court": N_("Short reminder"),
    "rappel-grand-compte": N_("Reminder to a large account"),
    "rappel-particulier": N_("Reminder to a private customer"),
    "rappel-premiere-facture": N_("Reminder of a first invoice"),
    "echeance": N_("Due today"),
    "echeance-prelevement": N_("Direct debit planned"),
    "echeance-cheque": N_("Cheque expected"),
    "echeance-particulier": N_("Due today, for a private customer"),
    "niveau-1": N_("Courteous reminder"),
    "niveau-1-oubli": N_("Probable oversight"),
    "niveau-1-partiel": N_("Part payment received"),
    "niveau-1-plusieurs": N_("Several invoices overdue"),
    "niveau-1-sms": N_("First reminder by text message"),
    "niveau-2": N_("Firm reminder"),
    "niveau-2-echeancier": N_("Offer of instalments"),
    "niveau-2-motif": N_("Asking for the reason"),
    "niveau-2-grand-compte": N_("To the person in charge at a large account"),
    "niveau-2-sms": N_("Second reminder by text message"),
    "niveau-3": N_("Formal notice"),
    "niveau-3-particulier": N_("Formal notice to a private customer"),
    "niveau-3-plusieurs": N_("Formal notice for several invoices"),
    "niveau-3-dernier-avis": N_("Last notice before the formal notice"),
}
STAGES = {
    Stage.BEFORE_DUE: N_("Before the due date"),
    Stage.DUE_DAY: N_("On the due date"),
    Stage.FIRST: N_("Level 1"),
    Stage.SECOND: N_("Level 2"),
    Stage.THIRD: N_("Level 3"),
}
CHOSEN = {
    Chosen.STANDARD: N_("All customers"),
    Chosen.GENTLE: N_("Groups with a gentle tone"),
    Chosen.FIRM: N_("Groups with a firm tone"),
    Chosen.CONSUMER: N_("Private customers"),
}
# In the order in which they are offered.
FIELDS = {
    "SALUTATION": N_("The greeting, with the contact's name when it is known"),
    "CLIENT": N_("The customer's name"),
    "CONTACT": N_("The name of the person it goes to"),
    "REF": N_("The number of the invoice, or of each of them"),
    "COMMANDE": N_("The customer's order number"),
    "DATE_FACTURE": N_("The date of the invoice"),
    "ECHEANCE": N_("The due date"),
    "MONTANT": N_("The total with tax"),
    "REGLE": N_("What has been paid already"),
    "RESTE_DU": N_("What is left to pay"),
    "JOURS_RETARD": N_("The days late, in words"),
    "LISTE_FACTURES": N_("The table of the invoices"),
    "DATE_LIMITE": N_("The day by which the step asks to pay"),
    "RELANCES": N_("The dates of the reminders already sent"),
    "NIVEAU": N_("The number of the level"),
    "IBAN": N_("Your IBAN"),
    "BIC": N_("Your BIC"),
    "LIEN_PAIEMENT": N_("The address of the page where it can be paid"),
    "TAUX_PENALITES": N_("The rate of late interest (professionals only)"),
    "PENALITES": N_("The late interest to date (professionals only)"),
    "INDEMNITE": N_("The fixed recovery charge (professionals only)"),
    "ENTREPRISE": N_("Your firm's name"),
    "TELEPHONE": N_("Your telephone"),
    "SIGNATURE": N_("Your signature"),
}
BLOCKS = {
    "[si plusieurs]…[sinon]…[fin]": N_("When the message is about several invoices, else when it is about one"),
    "[si pro]…[fin]": N_("Only for professionals"),
    "[si particulier]…[fin]": N_("Only for private customers, and those whose kind isn't known"),
    "[si retard]…[fin]": N_("Only after the due date"),
    "[si jointe]…[fin]": N_("Only when the invoices are attached"),
    "[si iban]…[fin]": N_("Only when this field has a value; any field can be named so, in small letters"),
}
FAULTS: dict[FaultCode, str] = {
    FaultCode.UNKNOWN_FIELD: N_("Line %(line)s: there is no field #%(written)s#."),
    FaultCode.OPEN_FIELD: N_("Line %(line)s: a # sign is missing around the field, at %(written)s."),
    FaultCode.UNKNOWN_BLOCK: N_("Line %(line)s: there is no block %(written)s."),
    FaultCode.OPEN_BLOCK: N_("Line %(line)s: the block %(written)s has no [fin]."),
    FaultCode.STRAY_ELSE: N_("Line %(line)s: this [sinon] belongs to no block."),
    FaultCode.STRAY_END: N_("Line %(line)s: this [fin] belongs to no block."),
}
SENTENCES = {
    "template.unknown": N_("There is no model “%(name)s” any more."),
    "template.name_empty": N_("Give the model a name."),
    "template.name_long": N_("A name has at most %(most)s characters."),
    "template.name_unusable": N_("This name can't be used: it needs a letter or a digit, and none of / \\ # ?"),
    "template.name_taken": N_("There is already a model called “%(name)s”. Give another name."),
    "template.builtin": N_("This model comes with Relance: it can't be renamed or deleted. Duplicate it instead."),
    "template.in_use": N_("“%(name)s” is used by programs. Choose the model that replaces it."),
    "template.no_replacement": N_("The model that was to replace it isn't there any more. Choose another one."),
    "template.last_text": N_("This is the only text of the model. Delete the whole model instead."),
    "template.nothing_to_restore": N_("This text is the original already."),
    "template.empty": N_("Write the text of the message."),
    "template.no_subject": N_("Write the subject of the message."),
    "template.subject_controls": N_("The subject is one line without control characters."),
    "template.too_long": N_("A subject has at most %(subject)s characters, a text at most %(text)s."),
    "template.unknown_invoice": N_("There is no invoice “%(number)s”. Check the number."),
    "template.no_number": N_("Enter your own mobile number to receive the test."),
}
SUGGESTED = N_("Did you mean %(near)s?")


def model_name(name: str, _: Say) -> str:
    """The name of a model as people read it: the firm's own are called as the firm calls them."""
    return _(NAMES[name]) if name in NAMES else name


def fault_sentence(code: FaultCode, facts: Mapping[str, object], _: Say) -> str:
    """What is wrong with a field or a block, on which line, and what was probably meant."""
    said = _(FAULTS[code]) % facts
    near = str(facts.get("suggestion") or "")
    if not near:
        return said
    near = f"[si {near}]" if code is FaultCode.UNKNOWN_BLOCK else f"#{near}#"
    return f"{said} {_(SUGGESTED) % {'near': near}}"


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """Why a model can't be saved, renamed or taken away."""
    if code == "template.fault":
        return fault_sentence(FaultCode(str(facts["fault"])), facts, _)
    return _(SENTENCES[code]) % facts if code in SENTENCES else None

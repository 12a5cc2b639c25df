"""The topics of the guide, by the names of their files and anchors; and the keys."""

from relance.web.labels import N_

# In the order a newcomer needs them.
TOPICS: dict[str, str] = {
    "premiers-pas": N_("First steps"),
    "importer": N_("Import invoices and payments"),
    "reglements": N_("Keep payments up to date"),
    "envois": N_("What leaves, and when"),
    "pourquoi": N_("Why an invoice is not chased"),
    "suspendre": N_("Pause, dispute, promise"),
    "tests": N_("Try without risk"),
    "programmes": N_("Programs and steps"),
    "modeles": N_("Message templates and fields"),
    "lettres": N_("Letters and formal notices"),
    "clavier": N_("Keyboard"),
    "sauvegarde": N_("Backup, and moving to another computer"),
    "jamais": N_("What Relance never does"),
}
# Keys as they are typed, and what they do.
KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("g", "t"), N_("Go to the dashboard")),
    (("g", "f"), N_("Go to the invoices")),
    (("g", "c"), N_("Go to the customers")),
    (("g", "p"), N_("Go to the programs")),
    (("g", "h"), N_("Go to the history")),
    (("g", "r"), N_("Go to the reports")),
    (("/",), N_("Search in this list")),
    (("j",), N_("Next row")),
    (("k",), N_("Previous row")),
    (("Enter",), N_("Open the row")),
    (("x",), N_("Choose the row, or not")),
    (("?",), N_("Show these keys")),
)

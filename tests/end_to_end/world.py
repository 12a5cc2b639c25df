"""A firm's spring, made up once and for all: sixty customers, two hundred documents, and what happens to them."""

from datetime import date, timedelta
from random import Random

from tests.end_to_end.firm_file import BY_HAND, EXPRESS
from tests.end_to_end.ledger import NEVER, Client, Doc, Ledger, Receipt

EVE = date(2026, 3, 1)  # a Sunday: the first list comes in, automatic sending is still off
FIRST_DAY = date(2026, 3, 2)
DAYS = 60
SIZE = 200
_FIRST_NAMES = ("Éloïse", "Société", "Garage", "Boulangerie", "L'Atelier", "Cœur", "Maçonnerie", "Hôtel", "Pharmacie")
_NAMES = ("Lefèvre", "Noël", "Müller", "Garçon", "Bérénice", "Château", "Œuvrard", "Piñeiro", "Gonçalves", "Naïm")
_LANGUAGES = ("fr", "fr", "fr", "en", "de")


def make_world() -> tuple[Random, list[Client], Ledger]:
    """The same world each time."""
    luck = Random(20260302)
    clients = [_client(luck, rank) for rank in range(60)]
    ledger = Ledger()
    for rank in range(SIZE):
        doc = _doc(luck, rank, clients[rank % 60 if rank < 120 else luck.randrange(25)])
        ledger.docs[doc.number] = doc
    _settle_by_credit_notes(luck, ledger)
    return luck, clients, ledger


def _client(luck: Random, rank: int) -> Client:
    code, name = f"C{rank:03}", f"{luck.choice(_FIRST_NAMES)} {luck.choice(_NAMES)} {rank}"
    emails: tuple[str, ...] = (f"compta{rank}@client.example",)
    if rank % 9 == 4:
        emails = ()
    elif rank % 7 == 3:
        emails = (f"compta{rank}@client.example", f"direction{rank}@client.example")
    client = Client(code, name, emails, _LANGUAGES[rank % 5])
    client.group = {1: "Grands comptes", 2: "Occasionnels"}.get(rank % 6, "")
    if rank in (3, 15, 20, 24):
        client.program = BY_HAND.name
    if rank in (11, 31):
        client.program = "never"
    if rank in (3, 5, 10):
        client.cc = (f"copie{rank}@client.example",)
    if rank % 11 == 8:
        client.kind = "Particulier"
    return client


def _doc(luck: Random, rank: int, client: Client) -> Doc:
    due = FIRST_DAY + timedelta(days=luck.randrange(-25, 50))
    doc = Doc(
        f"F26-{rank:04}", client, luck.randrange(1_000, 900_000), due, due - timedelta(days=luck.choice((30, 45)))
    )
    doc.entered_on = EVE if rank < 120 else FIRST_DAY + timedelta(days=luck.choice((0, 0, 2, 6, 14, 20)))
    if rank % 10 == 7:
        doc.kind = ("quote", "deposit", "receipt", "credit_note")[rank // 10 % 4]
    elif rank % 23 == 5:
        doc.status = ("draft", "cancelled")[rank // 23 % 2]
    if rank % 13 == 6:
        doc.currency = "CHF"
    if rank % 17 == 9:
        doc.program = (EXPRESS.name, NEVER)[rank % 3 == 0]
    if rank % 31 == 30:
        doc.due = None
    if rank % 29 == 11 and rank >= 60 and client.emails:
        doc.own_emails = (f"projet{rank}@client.example",)
    if rank % 8 == 5:
        doc.receipts.append(Receipt(EVE, luck.choice((doc.total, doc.total // 3, doc.total // 2)), listed=True))
    doc.excluded, doc.disputed = rank % 37 == 12, rank % 41 == 13
    return doc


def _settle_by_credit_notes(luck: Random, ledger: Ledger) -> None:
    """Two of three credit notes name an invoice of their customer that is large enough and was never paid."""
    for rank, note in enumerate(doc for doc in ledger.docs.values() if doc.kind == "credit_note"):
        note.receipts.clear()
        note.due, note.program, note.status = note.issued, "", "issued"
        same = [doc for doc in ledger.docs.values() if _may_be_credited(doc, note)]
        if rank % 3 and same:
            target = luck.choice(same)
            note.credits, note.entered_on = target.number, target.entered_on
            note.total = target.total if rank % 2 else min(note.total, target.total // 2)


def _may_be_credited(doc: Doc, note: Doc) -> bool:
    plain = doc.kind == "invoice" and doc.status == "issued" and not doc.receipts
    return plain and doc.client is note.client and doc.currency == note.currency


def _open_docs(ledger: Ledger, today: date) -> list[Doc]:
    return [
        doc
        for doc in ledger.known(today)
        if doc.kind == "invoice" and doc.status == "issued" and doc.paid(date.max) + ledger.credited(doc) < doc.total
    ]


def change_the_list(luck: Random, ledger: Ledger, today: date) -> None:
    """What the next list of invoices says that the last one didn't."""
    docs = _open_docs(ledger, today)
    for doc in luck.sample([doc for doc in docs if all(one.listed for one in doc.receipts)], 3):
        left = doc.total - doc.paid(date.max) - ledger.credited(doc)
        doc.receipts.append(Receipt(today, left if luck.random() < 0.6 else max(1, left // 2), listed=True))
    for doc in luck.sample(docs, 2):
        doc.disputed = not doc.disputed
    for doc in luck.sample(docs, 2):
        doc.paused_until = None if doc.paused_until else today + timedelta(days=luck.randrange(1, 12))
    for doc in luck.sample(docs, 2):
        doc.promised_on = None if doc.promised_on else today + timedelta(days=luck.randrange(0, 9))
    later = luck.choice(docs)
    if later.due is not None and luck.random() < 0.3:
        later.due += timedelta(days=luck.choice((-4, 6)))
    if luck.random() < 0.3:
        moved = luck.choice(docs)
        moved.program = EXPRESS.name if moved.program != EXPRESS.name else "Standard"
    _take_a_payment_back(luck, ledger, today)


def _take_a_payment_back(luck: Random, ledger: Ledger, today: date) -> None:
    paid = [doc for doc in ledger.known(today) if doc.kind == "invoice" and doc.listed_as_paid == doc.total]
    if paid and luck.random() < 0.3:
        doc = luck.choice(paid)
        doc.receipts.append(Receipt(today, -doc.listed_as_paid, listed=True))


def receive_payments(luck: Random, ledger: Ledger, today: date) -> list[tuple[Doc, int, date]]:
    """What the next file of payments says: whole, in part, too much, and announced for a day to come."""
    rows = []
    never_listed = [doc for doc in _open_docs(ledger, today) if not any(one.listed for one in doc.receipts)]
    for doc in luck.sample(never_listed, 4):
        left = doc.total - doc.paid(date.max) - ledger.credited(doc)
        amount = luck.choice((left, left, left // 2 or 1, left + 500))
        on = today + timedelta(days=luck.choice((0, 0, -1, 3)))
        doc.receipts.append(Receipt(on, amount, listed=False))
        rows.append((doc, amount, on))
    return rows

"""Several processes at once: on one queue, at one run, and payments that come in during the send."""

import random
import subprocess
import threading
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance import clock
from relance.config import Settings
from relance.domain.status import COUNTS_AS_SENT
from relance.services import payments
from relance.services.database import open_database, the_firm
from relance.storage import db
from relance.storage.models import Message, Reminder
from scripts.torture import program
from scripts.torture.check import Result, ask, examine, number_of
from scripts.torture.firm import Firm, a_firm
from scripts.torture.sink import Mail, Sink

LOOK_AHEAD = 6  # invoices between the one that has just left and the furthest one that is paid


def together(place: Path, processes: int, invoices: int, connections: int = 1) -> Result:
    """So many `relance run` at the same second: one makes the run, all of them send."""
    result = Result(f"{processes} processes × {connections} on {invoices} messages")
    place.mkdir(parents=True)
    with Sink(place / "ledger", 20) as sink:
        firm = a_firm(place / "data", sink.port, invoices, connections=connections)
        started = [program.start(firm, "run") for _ in range(processes)]
        ended = [program.end(process) for process in started]
        for one in ended:
            result.complain(f"exit {one.code}: {one.complained[-300:]}", when=one.code != 0)
        examine(result, firm, sink.mails())
        _one_run(result, firm)
    return result


def _one_run(result: Result, firm: Firm) -> None:
    [(runs,)] = ask(firm, "SELECT count(*) FROM daily_run")
    result.complain(f"{runs} runs of one day", when=runs != 1)
    result.complain(f"{result.unknown} unknown without a kill", when=result.unknown > 0)


def same_second(place: Path, times: int, processes: int = 2) -> Result:
    """Runs at the same second, on a small firm, again and again."""
    total = Result(f"{processes} runs at the same second × {times}")
    for number in range(times):
        one = together(place / str(number), processes, 12)
        total.mails, total.twice, total.lost = total.mails + one.mails, total.twice + one.twice, total.lost + one.lost
        total.unknown, total.unlisted = total.unknown + one.unknown, total.unlisted + one.unlisted
        total.faults += one.faults
    return total


class Payer:
    """Pays the invoices whose mails are about to leave; notes when each payment was on the disk, and what it found."""

    def __init__(self, firm: Firm, sink: Sink, sender: "subprocess.Popen[str]", number: int) -> None:
        self._firm, self._sink, self._sender, self._number = firm, sink, sender, number
        self.paid: dict[int, float] = {}  # when the payment was committed
        self.too_late: set[int] = set()  # its message was under way, or gone, in the same transaction

    def pay(self) -> None:
        """One transaction for each payment, as long as mails leave."""
        engine, luck, last = open_database(Settings(self._firm.folder)), random.Random(), 0
        while len(self.paid) < self._number and self._sender.poll() is None:
            last = max([last, *(number_of(mail) for mail in self._sink.news())])
            near = range(last + 1, min(last + LOOK_AHEAD, self._firm.invoices + 1))
            ahead = [number for number in near if number not in self.paid]
            if ahead:
                self._pay_one(engine, luck.choice(ahead))
            else:
                time.sleep(0.001)
        engine.dispose()

    def _pay_one(self, engine: Engine, number: int) -> None:
        with db.writing(engine) as session:
            now = clock.utc_now().astimezone(ZoneInfo(the_firm(session).timezone))
            received = payments.Received(Decimal(100), now.date())
            payments.enter(session, number, received, after=0, by="claire@bonnet.example", now=now)
            under_way = _under_way(session, number)
        self.paid[number] = time.time()
        if under_way:
            self.too_late.add(number)


def _under_way(session: Session, invoice: int) -> bool:
    mine = select(Message.id).join(Reminder, Reminder.message_id == Message.id).where(Reminder.invoice_id == invoice)
    return session.scalar(mine.where(Message.state.in_(COUNTS_AS_SENT)).limit(1)) is not None


def paying_while_sending(place: Path, entered: int, listed: int, invoices: int, connections: int = 2) -> Result:
    """Payments entered one by one, others by a file, while the mails leave: none leaves after its payment."""
    result = Result("")
    place.mkdir(parents=True)
    with Sink(place / "ledger", 20) as sink:
        firm = a_firm(place / "data", sink.port, invoices, connections=connections)
        process = program.start(firm, "run")
        program.until_it_sends(process, sink)
        payer = Payer(firm, sink, process, entered)
        thread = threading.Thread(target=payer.pay)
        thread.start()
        numbers = random.sample(range(invoices // 2, invoices + 1), listed)
        imported_at = _import(result, place, firm, numbers)
        thread.join()
        ended = program.end(process)
        result.complain(f"exit {ended.code}: {ended.complained[-300:]}", when=ended.code != 0)
        examine(result, firm, sink.mails())
        _after_payment(result, payer, {**dict.fromkeys(numbers, imported_at), **payer.paid}, sink.mails())
    return result


def _after_payment(result: Result, payer: Payer, when: dict[int, float], mails: list[Mail]) -> None:
    after = [mail for mail in mails if mail.asked > when.get(number_of(mail), mail.asked)]
    late = [mail for mail in after if number_of(mail) not in payer.too_late]
    result.complain(f"{len(late)} sent after the payment was recorded", when=bool(late))
    stopped = len(when) - sum(1 for mail in mails if number_of(mail) in when)
    result.complain("no payment stopped a mail: nothing is proved", when=stopped == 0)
    result.name = f"{len(when)} payments in a send: {stopped} mails stopped, {len(after)} were already under way"


def _import(result: Result, place: Path, firm: Firm, numbers: list[int]) -> float:
    """When the import had ended: whatever is asked for later is too late."""
    if not numbers:
        return 0.0
    path, today = place / "payments.csv", f"{datetime.now(ZoneInfo('Europe/Paris')):%d/%m/%Y}"
    lines = [f"F-{number:07};{today};100,00" for number in numbers]
    path.write_text("\n".join(("N° facture;Date de paiement;Montant", *lines)), encoding="utf-8")
    ended = program.run(firm, "import", "payments", str(path))
    result.complain(f"import: exit {ended.code} {ended.complained[-300:]}", when=ended.code != 0)
    return time.time()

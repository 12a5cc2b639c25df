"""The screens as a browser asks for them, signed in; and the weight of what a page brings with it."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient

from relance import clock, paths
from relance.app import create_app
from relance.services.accounts import Role, add_user
from relance.storage import db
from scripts.bench.figures import Figure, seconds
from scripts.bench.fill import filled

EMAIL, PASSWORD = "bench@bonnet.example", "lanterne-moulin-verger"
REQUESTS = 50
PATHS = ("/factures", "/factures?page=3", "/factures?etat=toutes", "/factures?q=client+000123")
SCREENS = (
    *("/a-faire", "/a-valider", "/a-relancer", "/a-corriger", "/lettres", "/reponses", "/envois", "/historique"),
    *("/factures/1", "/simulation", "/clients", "/clients/1", "/clients/1/releve"),
    *("/clients/groupes", "/programmes", "/programmes/1", "/modeles", "/modeles/niveau-2", "/premiers-pas"),
    *("/rapports", "/rapports/balance-agee", "/rapports/delais", "/rapports/efficacite", "/rapports/envois"),
    *("/rapports/clients", "/rapports/suspens", "/import", "/reglages", "/reglages/e-mail", "/reglages/sms"),
    *("/reglages/lettres", "/reglages/expediteurs", "/reglages/penalites", "/reglages/sauvegarde"),
    *("/envoi-automatique", "/utilisateurs", "/compte", "/aide"),
)
EACH, FIRST = 40, 60  # milliseconds: any screen, and the first page


def figures() -> Iterator[Figure]:
    """The list at 10,000 and 100,000 invoices, and the bytes of style sheet and script."""
    for number, limit in ((10_000, 20), (100_000, 40)):
        with tempfile.TemporaryDirectory() as folder:
            settings, engine = filled(Path(folder), invoices=number, customers=number // 10, reminders=2 * number)
            with db.writing(engine) as session:
                add_user(session, email=EMAIL, password=PASSWORD, role=Role.OWNER, now=clock.utc_now())
            client = create_app(settings, engine=engine).test_client()
            host = f"http://127.0.0.1:{settings.port}"
            _sign_in(client, host)
            for path in PATHS:
                took = _median(client, host, path)
                yield Figure(f"{path} at {number:,} invoices", took, limit, "ms", f"median of {REQUESTS} requests")
            if number == 10_000:
                yield from _every_screen(client, host)
    weight = sum((paths.static() / name).stat().st_size for name in ("relance.css", "relance.js")) / 1000
    yield Figure("CSS and JS sent with a page", weight, 40, "kB", "as they are, before compression")


def _every_screen(client: FlaskClient, host: str) -> Iterator[Figure]:
    for path in ("/", *SCREENS):
        limit = FIRST if path == "/" else EACH
        note = f"median of {REQUESTS} requests at 10,000 invoices"
        yield Figure(path, _median(client, host, path), limit, "ms", note)


def _sign_in(client: FlaskClient, host: str) -> None:
    page = client.get("/connexion", base_url=host).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "email": EMAIL, "password": PASSWORD}
    answer = client.post("/connexion", data=form, base_url=host, headers={"Origin": host})
    if answer.status_code != 303:
        raise RuntimeError(f"sign-in answered {answer.status_code}")


def _median(client: FlaskClient, host: str, path: str) -> float:
    def ask() -> None:
        if client.get(path, base_url=host).status_code != 200:
            raise RuntimeError(path)

    ask()
    return 1000 * median(seconds(ask) for _ in range(REQUESTS))

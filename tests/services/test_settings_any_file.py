"""Whatever a TOML file holds, it is loaded or refused with a line for each problem: nothing else comes out."""

from contextlib import suppress
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from relance.services.refusal import Refused
from relance.services.settings import loading as services
from relance.web.labels import config as labels
from tests.services.settings_files import NOW, blank_database, passing

WORDS = st.sampled_from(
    ["", "A", "P", "email", "fr", "never", "a@b.fr", "-3, 0, 5", "due", "10:00", "FR", "#REF#", "\n"]
)
SCALARS = st.one_of(
    WORDS, st.integers(-4, 9), st.booleans(), st.dates(), st.times(), st.just(2**70), st.text(max_size=5)
)
KEYS = st.sampled_from(
    ["name", "code", "channel", "fr", "subject", "body", "general", "offsets", "step", "level", "offset", "from"]
    + ["channels", "template", "repeat_every", "repeat_times", "group", "program", "email", "address", "paused_until"]
    + ["country", "region", "timezone", "threshold", "run_at", "enabled", "bcc", "password", "port", "host", "other"]
    + ["sender", "account", "iban", "bic", "tone", "own", "charges", "contract_rate"]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=10
)
TABLES = st.sampled_from(
    ["firm", "automation", "email", "sms", "sender", "template", "program", "group", "customer", "other"]
)
ROWS = st.dictionaries(KEYS, VALUES, max_size=6)
FILES = st.dictionaries(TABLES, st.one_of(ROWS, st.lists(ROWS, max_size=3), VALUES), max_size=5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return blank_database(tmp_path_factory.mktemp("settings"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=FILES)
def test_any_file_is_loaded_or_refused_with_its_lines(engine: Engine, file: dict[str, Any]) -> None:
    text = tomli_w.dumps(file)
    with passing(engine) as session, suppress(Refused):
        try:
            services.load(session, text, now=NOW)
        except Refused as refused:
            problems: Any = refused.facts["problems"]
            assert problems
            assert all(1 <= problem.line <= text.count("\n") for problem in problems)
            assert labels.sentence(refused.code, refused.facts, str)
            raise
        assert services.load(session, services.dump(session), now=NOW).nothing

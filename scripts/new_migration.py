"""Write the next numbered migration from the difference between the models and the newest schema."""

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from relance import paths
from relance.storage import db


def main(revision: str, message: str) -> None:
    """For a maintainer: `python scripts/new_migration.py 0002 "What it adds"`; then read what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config()
        config.set_main_option("script_location", str(paths.migrations()))
        config.attributes["engine"] = db.open_engine(db.sqlite_url(Path(folder) / "empty.db"))
        if list((paths.migrations() / "versions").glob("0*.py")):
            command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=revision)
    for path in (paths.migrations() / "versions").glob(f"{revision}_*.py"):
        text = path.read_text(encoding="utf-8").replace("relance.storage.models.base.UtcDateTime()", "sa.DateTime()")
        path.write_text(re.sub(r"\n    # ### .*", "", text), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

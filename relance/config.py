"""Settings of the program itself, from the environment and one optional file; a bad value stops the start."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 8710

# Every setting: its variable, its key in relance.toml, what it does. The README lists the same.
VARIABLES: dict[str, str] = {
    "RELANCE_DATA_DIR": "data_dir",
    "RELANCE_HOST": "host",
    "RELANCE_PORT": "port",
    "RELANCE_NO_BROWSER": "no_browser",
    "RELANCE_DATABASE_URL": "database_url",
    "RELANCE_PUBLIC_URL": "public_url",
    "RELANCE_SECRET_KEY_FILE": "secret_key_file",
}


class BadSetting(Exception):
    """A setting that can't be used: its name, the value read, and a code for the mend."""

    def __init__(self, name: str, value: str, code: str) -> None:
        super().__init__(f"{name}={value!r}: {code}")
        self.name = name
        self.value = value
        self.code = code


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs. Business settings live in the database."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    open_browser: bool = True
    database_url: str = ""
    public_url: str = ""
    secret_key_file: Path | None = None
    demo: bool = False  # filled with examples, sending impossible

    @property
    def database(self) -> Path:
        """The SQLite file, when there is one."""
        return self.data_dir / "relance.db"

    @property
    def behind_tls(self) -> bool:
        """Whether browsers reach us over https."""
        return self.public_url.startswith("https://")

    @property
    def key_file(self) -> Path:
        """The file that holds the key of cookies and forms."""
        return self.secret_key_file or self.data_dir / "secret.key"


def default_data_dir() -> Path:
    """The platform's folder for a user's data."""
    from platformdirs import user_data_path

    return user_data_path("relance", appauthor=False)


def load(environ: Mapping[str, str] | None = None, *, data_dir: Path | None = None) -> Settings:
    """Read the settings. An argument wins over the environment, and that over relance.toml in the data folder.

    Raises BadSetting, naming the variable.
    """
    environ = os.environ if environ is None else environ
    folder = data_dir or _path(environ.get("RELANCE_DATA_DIR", "")) or default_data_dir()
    folder = folder.expanduser().resolve()
    values = {**_from_file(folder / "relance.toml"), **_from_environment(environ)}
    return Settings(
        data_dir=folder,
        host=values.get("host", "127.0.0.1"),
        port=_port(values.get("port", str(DEFAULT_PORT))),
        open_browser=values.get("no_browser", "") in ("", "0", "no", "false"),
        database_url=values.get("database_url", ""),
        public_url=_public_url(values.get("public_url", "")),
        secret_key_file=_path(values.get("secret_key_file", "")),
        demo=(folder / "DEMO").exists(),
    )


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {key: environ[name] for name, key in VARIABLES.items() if environ.get(name)}


def _from_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(str(path), str(error), "not_toml") from error
    for key in values:
        if key not in VARIABLES.values():
            raise BadSetting(str(path), key, "unknown_key")
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in values.items()}


def _path(value: str) -> Path | None:
    return Path(value).expanduser().resolve() if value else None


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise BadSetting("RELANCE_PORT", value, "not_a_port")


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadSetting("RELANCE_PUBLIC_URL", value, "not_a_url")
    return value.rstrip("/")

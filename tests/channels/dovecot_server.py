"""A real IMAP server on 127.0.0.1 in a folder of its own: Debian's dovecot, run by whoever runs the tests.

with DovecotServer() as server:
    server.put(b"Subject: x\\r\\n\\r\\n")
    read_new(server.account(), None, first_day=DAY)
"""

import grp
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from types import TracebackType
from typing import Any, Self

import pytest
from imap_tools import MailBoxUnencrypted

from relance.channels.email.account import Security
from relance.channels.inbox import InboxAccount, InboxTimeouts
from tests.channels.certificates import NAMES, authority

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD = "compta@dupont.fr", "clé & sésame\\"
TOKEN_KEY = b"a key that only the tests know"
QUICK = InboxTimeouts(connect=5, whole=10, farewell=1)

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail:LAYOUT=fs
mail_uid = {owner}
mail_gid = {owner_group}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = {sent}
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/mail
}}
"""
OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"""


class DovecotServer:
    """One user, one mailbox; a folder marked as that of sent mails where `sent` asks for it."""

    def __init__(self, *, sent: bool = True) -> None:
        if not DOVECOT.exists():
            pytest.fail("These tests need dovecot: sudo apt-get install dovecot-imapd")
        self.folder = Path(mkdtemp(prefix="dovecot-"))  # short: the paths of sockets are limited
        self.port, self.tls_port = _free_port(), _free_port()
        self._sent = sent
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._write()
        self._process = subprocess.Popen([DOVECOT, "-F", "-c", self.folder / "dovecot.conf"], start_new_session=True)
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                if probe.recv(10):
                    return self
            sleep(0.02)
        pytest.fail("dovecot did not start: " + (self.folder / "log").read_text())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # its services too, which take a second to leave by themselves
            self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def account(self, **changes: Any) -> InboxAccount:
        """In plain text and with the right password unless told otherwise."""
        values: dict[str, Any] = {"host": "127.0.0.1", "port": self.port, "security": Security.NONE}
        values |= {"username": USER, "password": PASSWORD, "timeouts": QUICK, "cafile": authority().cafile}
        if changes.get("security") is Security.TLS:
            values["port"] = self.tls_port
        return InboxAccount(**(values | changes))

    def box(self) -> MailBoxUnencrypted:
        """The mailbox as its owner's mail program sees it, in the inbox."""
        box = MailBoxUnencrypted("127.0.0.1", self.port)
        box.login_utf8(USER, PASSWORD)
        return box

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        with self.box() as box:
            if folder != "INBOX" and not box.folder.exists(folder):
                box.folder.create(folder)
            for mail in mails:
                box.append(mail, folder)

    def flags(self, folder: str = "INBOX") -> dict[str, tuple[str, ...]]:
        """Of every mail, by its subject."""
        with self.box() as box:
            box.folder.set(folder, readonly=True)
            return {one.subject: tuple(sorted(one.flags)) for one in box.fetch(mark_seen=False)}

    def renumber(self) -> None:
        """A new UIDVALIDITY, as after a restored backup of the server."""
        for index in (self.folder / "mail").glob("dovecot*"):
            index.unlink()
        uidlist = self.folder / "mail" / "dovecot-uidlist"
        uidlist.write_text("3 V4242 N1 G0123456789abcdef0123456789abcdef\n")
        shutil.chown(uidlist, *_owner()[1:])

    def token(self, email: str = USER) -> str:
        """An access token that the server believes (a JWT signed with its key)."""
        claims = {"sub": email, "email": email, "exp": 4_000_000_000, "iat": 1_700_000_000, "nbf": 1_700_000_000}
        parts = [_base64(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
        parts.append(_base64(hmac.digest(TOKEN_KEY, ".".join(parts).encode(), "sha256")))
        return ".".join(parts)

    def _write(self) -> None:
        folder = self.folder
        login, owner, group = _owner()
        internal = "dovecot" if login == "dovenull" else owner
        config = CONFIG.format(
            folder=folder,
            port=self.port,
            tls_port=self.tls_port,
            internal=internal,
            group=internal if login == "dovenull" else group,
            login=login,
            owner=owner,
            owner_group=group,
            sent="create" if self._sent else "no",
        )
        if not self._sent:
            config = config.replace("special_use = \\Sent", "")
        (folder / "dovecot.conf").write_text(config)
        (folder / "oauth2.conf").write_text(OAUTH2.format(folder=folder))
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        key = folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_text(urlsafe_b64encode(TOKEN_KEY).decode())
        certificate = authority().ca.issue_cert(*NAMES)
        certificate.private_key_pem.write_to_path(folder / "key.pem")
        for pem in certificate.cert_chain_pems:
            pem.write_to_path(folder / "cert.pem", append=True)
        (folder / "mail").mkdir()
        folder.chmod(0o755)
        shutil.chown(folder / "mail", owner, group)


def _owner() -> tuple[str, str, str]:
    """Who the login service runs as, who owns the mails, and their group: root lends them to nobody."""
    if os.geteuid() == 0:
        return "dovenull", "nobody", "nogroup"
    me = pwd.getpwuid(os.geteuid())
    return me.pw_name, me.pw_name, grp.getgrgid(me.pw_gid).gr_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()

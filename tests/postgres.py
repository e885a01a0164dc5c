"""A real PostgreSQL for tests and benchmarks, reached by a Unix socket only, gone with the process that started it.

`Cluster` is what the fixtures in conftest.py hold, one per test process. From a shell, `python -m tests.postgres
COMMAND …` runs a command with `DATABASE_URL` naming a fresh database; its writes are durable, so that figures measured
on it mean something.

PostgreSQL refuses to run as root; started by root, it runs as the `postgres` user that Debian's package makes.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypedDict

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from types import TracebackType

_DEBIAN: Final = Path("/usr/lib/postgresql")
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0
# When the pipe it reads is closed, by `stop` or by the death of the tests, however violent, the shell ends the server
# at once (SIGQUIT) and takes the folder away. A line that comes before says for how many seconds the server shall be
# dead, without having been told to end in order. A shell starts what runs behind it with SIGQUIT ignored: told to end
# before it listens to signals, the server would live for ever, so it is let go on until it has written its lock.
_KEEPER: Final = """
folder=$1; shift
lock="$folder/data/postmaster.pid"
start() {
    rm -f "$lock"
    "$@" >>"$folder/log" 2>&1 & server=$!
    while kill -0 "$server" 2>/dev/null && [ ! -s "$lock" ]; do sleep 0.02; done
}
start "$@"
while read -r seconds; do
    kill -QUIT "$server"; wait "$server"
    sleep "$seconds"
    start "$@"
done
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"""
_RELAXED: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresMissingError(RuntimeError):
    """PostgreSQL is not installed, or did not start; the message says which and what to do."""


class _Identity(TypedDict, total=False):
    user: str
    group: str
    extra_groups: list[str]


def binaries() -> Path:
    """Return the folder of the newest installed server.

    Raises:
        PostgresMissingError: none is installed.
    """
    found = [path.parent for path in _DEBIAN.glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: int(re.sub(r"\D.*", "", folder.parent.name) or 0))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissingError(
        "this test needs a PostgreSQL server and none is installed; as root: "
        "apt-get install -y --no-install-recommends postgresql (make boot-dev does it)"
    )


class Cluster:
    """One running PostgreSQL server with databases of its own; `start` it, or use it as a context manager."""

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = Path()
        self._keeper: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and wait until it answers.

        Raises:
            PostgresMissingError: it is not installed, or did not come up.
        """
        tools = binaries()
        # Not pytest's tmp_path: only its owner may enter that, and a socket's path must stay under 108 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        identity: _Identity = {}
        if os.geteuid() == 0:
            identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self._folder, "postgres", "postgres")
        data = str(self._folder / "data")
        initdb = [str(tools / "initdb"), "--pgdata", data, "--username=postgres", "--auth=trust"]
        made = subprocess.run(
            [*initdb, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            cwd=self._folder,
            check=False,
            capture_output=True,
            text=True,
            **identity,
        )
        if made.returncode:
            shutil.rmtree(self._folder)
            raise PostgresMissingError(f"initdb failed: {made.stdout}{made.stderr}")
        settings = ["listen_addresses=", f"unix_socket_directories={self._folder}", "max_connections=64"]
        settings += [] if self._durable else _RELAXED
        server = [str(tools / "postgres"), "-D", data, *(word for s in settings for word in ("-c", s))]
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", _KEEPER, "keeper", str(self._folder), *server],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            start_new_session=True,
            **identity,
        )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End the server and remove its files; a second call does nothing."""
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        if keeper.stdin is not None:
            keeper.stdin.close()
        try:
            keeper.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # The server's own processes notice that it died, and end.
            os.killpg(keeper.pid, signal.SIGKILL)
            keeper.wait()
        # Made by root's mkdtemp in a sticky folder, it may not be the server's to remove.
        shutil.rmtree(self._folder, ignore_errors=True)

    def crash(self, seconds: str = "0") -> None:
        """Let the server die as in a power cut (`pg_ctl -m immediate`), and come back after so many seconds."""
        if self._keeper is None or self._keeper.stdin is None:
            raise PostgresMissingError("it is not running")
        self._keeper.stdin.write(f"{seconds}\n".encode())
        self._keeper.stdin.flush()

    def create_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"t{next(self._numbers)}"
        self._administer(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        """Return a database's address in SQLAlchemy's spelling."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def conninfo(self, database: str) -> str:
        """Return a database's address in libpq's spelling."""
        return f"host={self._folder} user=postgres dbname={database}"

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.conninfo("postgres")).close()
            except psycopg.OperationalError as error:
                dead = self._keeper is None or self._keeper.poll() is not None
                if dead or time.monotonic() > deadline:
                    log = self._folder / "log"
                    words = log.read_text() if log.exists() else "it left no log"
                    self.stop()
                    raise PostgresMissingError(f"PostgreSQL did not start: {words}") from error
                time.sleep(0.02)
            else:
                return


def main() -> int:
    """Run the command given as arguments with `DATABASE_URL` naming a fresh database; return its exit status."""
    with Cluster(durable=True) as cluster:
        url = cluster.url(cluster.create_database())
        return subprocess.run(sys.argv[1:], check=False, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())

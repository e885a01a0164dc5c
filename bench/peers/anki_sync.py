"""Two collections of Anki and its own sync server on loopback; runs in an environment of its own.

``python anki_sync.py FOLDER PORT``, then a line of JSON each time: ``{"do": "write", "entries": n}`` puts new entries
of the review log, Anki's own append-only log, into one collection, ``{"do": "push"}`` takes them to the server,
``{"do": "pull"}`` from there to the other.  Each answer is ``{"seconds"}``, of syncing alone.

Anki is imported by name: only this environment has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from importlib import import_module
from pathlib import Path
from typing import Any

_START_SECONDS = 20.0
_INSERT = "insert into revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type) values (?,?,-1,?,?,?,?,?,1)"


def main(folder: Path, port: int) -> None:
    """Serve and answer until standard input ends."""
    environment = {
        **os.environ,
        "SYNC_USER1": "till:secret",
        "SYNC_BASE": str(folder / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
    }
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment, stdout=quiet, stderr=quiet)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_for(url)
        sender, receiver, auth = pair(folder, url)
        place = int(time.time() * 1_000) - 10**9
        for line in sys.stdin:
            asked = json.loads(line)
            seconds = 0.0
            if asked["do"] == "write":
                write(sender, place, asked["entries"])
                place += asked["entries"]
            else:
                seconds = timed_sync(sender if asked["do"] == "push" else receiver, auth)
            if asked["do"] == "pull" and held_by(sender) != held_by(receiver):
                raise AssertionError("the two collections differ")
            print(json.dumps({"seconds": seconds}), flush=True)
    finally:
        server.terminate()
        server.wait()


def pair(folder: Path, url: str) -> tuple[Any, Any, Any]:
    """Two collections that the server knows as one, and what they sign in with."""
    collection = import_module("anki.collection").Collection
    sender, receiver = collection(str(folder / "sender.anki2")), collection(str(folder / "receiver.anki2"))
    auth = sender.sync_login("till", "secret", url)
    for each, upload in ((sender, True), (receiver, False)):
        each.sync_collection(auth, sync_media=False)
        each.close_for_full_sync()
        each.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
        each.reopen(after_full_sync=True)
    return sender, receiver, auth


def write(collection: Any, place: int, count: int) -> None:
    """Entries of the log, as believable as their columns allow."""
    rows = [
        (place + n, 1_000_000 + n % 500, 1 + n % 4, n % 97, n % 89, 2_500, 1_000 + n * 7_919 % 9_000)
        for n in range(count)
    ]
    collection.db.executemany(_INSERT, rows)
    collection.db.execute("update col set mod = ?", int(time.time() * 1_000))


def held_by(collection: Any) -> int:
    """How many entries a collection has."""
    count: int = collection.db.scalar("select count() from revlog")
    return count


def timed_sync(collection: Any, auth: Any) -> float:
    """Sync, without media; returns the seconds."""
    begun = time.perf_counter()
    reply = collection.sync_collection(auth, sync_media=False)
    took = time.perf_counter() - begun
    if reply.required:
        raise AssertionError("it wants to send everything again")
    return took


def wait_for(url: str) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}health").close()  # noqa: S310 - loopback
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""Processor time is counted in other processes too, with their children, and waiting is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.sync.processor import processor_seconds

BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ninput()"
PARENT = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])"


def test_a_child_of_the_process_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert 0.3 <= processor_seconds(parent.pid) < 3
        parent.communicate(b"\n")


def test_waiting_costs_nothing() -> None:
    before = processor_seconds(os.getpid())
    time.sleep(0.2)
    assert processor_seconds(os.getpid()) - before < 0.1


def test_a_process_that_is_gone_counts_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
        assert processor_seconds(gone.pid) == 0

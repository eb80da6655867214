"""A Redis server of a test's own: a real one, on a free port, that keeps nothing on disk."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

MISSING = "needs redis-server: apt-get install redis-server"
needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason=MISSING)


@contextmanager
def redis_server() -> Iterator[tuple[str, int]]:
    """Run a Redis server; give its URL and the id of its process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        options = ["--save", "", "--appendonly", "no", "--logfile", "/dev/null"]
        with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL) as process:  # noqa: S603 - a command of this file
            try:
                _wait_for(port)
                yield f"redis://127.0.0.1:{port}/0", process.pid
            finally:
                process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(500):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    msg = f"redis-server does not listen on port {port} after 5 s"
    raise RuntimeError(msg)

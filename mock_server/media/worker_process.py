"""The web process's end of the worker: starts it, asks it, and does without it when it misbehaves.

One process, one request at a time; a worker that dies, takes too long or says something that is
not a reply is killed, and the next request gets a new one.  Knows nothing of media.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "mock_server.media.worker")
# The worker must find this very package, wherever the server was started.
IMPORT_ROOT = str(Path(__file__).parents[2])
MOST_REPLY_BYTES = 64 * 1024 * 1024


class WorkerFailed(Exception):
    """A request got no reply; the worker is gone, and `args[0]` says what it did."""


class WorkerProcess:
    """A worker that is started by the first request; safe to ask from several threads."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, or None."""
        return self._process.pid if self._process is not None else None

    def ask(self, request: Mapping[str, Any], limit_s: float) -> dict[str, Any]:
        """Give the reply to a request: an object with the key `done` or `failed`.

        The limit counts from the moment the worker gets the request, not from this call: requests
        of other threads come first.  Raises WorkerFailed.
        """
        with self._lock:
            self._asked += 1
            line = json.dumps({"id": self._asked, **request}).encode() + b"\n"
            try:
                return self._reply(self._exchange(self._running(), line, limit_s))
            except WorkerFailed:
                self._end()
                raise

    def close(self) -> None:
        """End the worker for good; a request under way fails."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None and not self._closed:
            self._process = self._started()
        # Looked at last: close() may come while the process starts, and does not see it then.
        if self._process is None or self._closed:
            msg = "the worker was closed"
            raise WorkerFailed(msg)
        return self._process

    def _started(self) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join(filter(None, (IMPORT_ROOT, os.environ.get("PYTHONPATH"))))
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes, limit_s: float) -> bytes:
        assert process.stdin is not None  # noqa: S101 - we asked for both pipes
        assert process.stdout is not None  # noqa: S101
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit_s, stop)
        timer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer = process.stdout.readline(MOST_REPLY_BYTES)
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            msg = f"it took longer than {limit_s:g} s" if late.is_set() else "it died"
            raise WorkerFailed(msg)
        return answer

    def _reply(self, answer: bytes) -> dict[str, Any]:
        with suppress(ValueError):
            reply = json.loads(answer)
            if isinstance(reply, dict) and reply.get("id") == self._asked:
                return reply
        msg = f"it said something that is no reply: {answer[:80]!r}"
        raise WorkerFailed(msg)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # a request that nobody read may still be in the pipe
                if pipe is not None:
                    pipe.close()

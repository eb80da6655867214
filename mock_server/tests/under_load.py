"""Clients that call a server which dies under them, and remember what was acknowledged."""

import http.client
import itertools
import json
import threading
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from attrs import field, mutable

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.tests.builders import VIDEO, create_body

HEADERS = {"Authorization": "Bearer local-api-key", "Content-Type": "application/json"}


class RefusedError(Exception):
    """A call that had to be accepted was not."""


@mutable
class Acknowledged:
    """What clients were told to be so; only whole replies count."""

    tasks: dict[str, str] = field(factory=dict)
    """The external id by task id."""
    sessions: set[str] = field(factory=set)
    faults: set[str] = field(factory=set)
    refused: list[str] = field(factory=list)
    """Calls that had to be accepted, and were not."""
    lost_calls: int = 0


class Receiver:
    """Takes callbacks, and remembers which statuses of which task were told."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = defaultdict(list)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Take a callback."""
                sent = self.rfile.read(int(self.headers["content-length"]))
                if len(sent) < int(self.headers["content-length"]):
                    return  # the sender died in the middle
                body = json.loads(sent)
                receiver.told[body["task_id"]].append(body["task_status"])
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def missing(self, tasks: dict[str, str]) -> list[str]:
        """Return the tasks whose end was not told."""
        return [task_id for task_id in tasks if "succeed" not in self.told.get(task_id, ())]


class Clients:
    """Threads that call until they are stopped; `port` says where, each time anew."""

    def __init__(self, port: Callable[[], int], callback_url: str, count: int) -> None:
        self.acknowledged = Acknowledged()
        self._port = port
        self._callback_url = callback_url
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> Acknowledged:
        """Let each client finish its call; return what was acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        return self.acknowledged

    def _call(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=10)
            try:
                while not self._stop.is_set():
                    self._round(connection)
            except RefusedError as refused:
                self.acknowledged.refused.append(str(refused))
            except (OSError, http.client.HTTPException):
                self.acknowledged.lost_calls += 1
                self._stop.wait(0.01)
            finally:
                connection.close()

    def _round(self, connection: http.client.HTTPConnection) -> None:
        known, number = self.acknowledged, next(self._numbers)
        session = asked(connection, "POST", IDENTIFY_PATH, {"video_url": VIDEO})["session_id"]
        known.sessions.add(session)
        for turn in range(4):
            own = f"{uuid4()} {turn}"
            body = create_body(session, external_task_id=own, callback_url=self._callback_url)
            task_id = asked(connection, "POST", TASKS_PATH, body)["task_id"]
            known.tasks[task_id] = own
            asked(connection, "GET", f"{TASKS_PATH}/{task_id}")
        if number % 20 == 0:
            fault = {"code": 1303, "operations": ["list"], "times": 1}
            known.faults.add(asked(connection, "POST", "/__mock__/faults", fault)["fault_id"])


def asked(
    connection: http.client.HTTPConnection, method: str, path: str, body: object = None
) -> Any:  # noqa: ANN401 - JSON
    """Return what a call that must be accepted is answered, or raise."""
    connection.request(method, path, None if body is None else json.dumps(body), HEADERS)
    response = connection.getresponse()
    content = response.read()
    if response.status not in (200, 201):
        msg = f"{method} {path} was answered {response.status}: {content[:300]!r}"
        raise RefusedError(msg)
    told = json.loads(content)
    return told.get("data", told) if "code" in told and "fault_id" not in told else told

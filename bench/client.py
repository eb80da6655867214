"""The command `python -m bench.client`: the client beside bare httpx, and its import time.

Both sides make the same requests over the same transport in memory, which answers with the
same bytes; bare httpx builds the body, sends it, and reads the JSON, as one would by hand.  A
page of 30 tasks is compared twice: with the JSON alone, and with the JSON read into the same
generated models, which is what most of the time goes into; the limit holds for the latter.
Rounds alternate, and the median of the rounds is told.  Writes bench-out/client.json.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from attrs import frozen
from kling_lipsync_api.models import TaskListEnvelope

from kling_lipsync import LipSync

ROUNDS = 15
CALLS = 200
STARTS = 7
MOST_OVERHEAD = 1.5
UNLIMITED = "list, JSON alone"
MOST_IMPORT_S = 0.25
_OUT = Path(__file__).parent.parent / "bench-out"
_PATH = "/v1/videos/advanced-lip-sync"
_HEADERS = {"Authorization": f"Bearer {'x' * 180}"}
_BODY = {
    "session_id": "s1",
    "face_choose": [
        {
            "face_id": "0",
            "sound_file": "http://media.test/speech.mp3",
            "sound_start_time": 0,
            "sound_end_time": 3000,
            "sound_insert_time": 1000,
            "sound_volume": 1,
            "original_audio_volume": 0,
        }
    ],
    "external_task_id": "order-17",
}
_MADE = {"task_id": "t1", "task_status": "submitted", "created_at": 1, "updated_at": 1}
_TASK = _MADE | {
    "task_status": "succeed",
    "task_status_msg": "",
    "task_info": {"parent_video": {"id": "v", "url": "http://media.test/v", "duration": "8.0"}},
    "watermark_info": {"enabled": False},
    "task_result": {"videos": [{"id": "r", "url": "http://media.test/r", "duration": "8.0"}]},
    "final_unit_deduction": "1",
}


@frozen
class Answering(httpx.BaseTransport):
    """Answers each request at once, with a body that is a stream as from a socket."""

    create: bytes
    get: bytes
    page: bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the reply to one of the three calls."""
        content = self.create
        if request.method == "GET":
            content = self.page if request.url.path == _PATH else self.get
        headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))


@frozen
class Compared:
    """One call in µs, by hand with bare httpx and with the client."""

    operation: str
    bare_us: float
    client_us: float

    @property
    def ratio(self) -> float:
        """How many times longer the client takes."""
        return self.client_us / self.bare_us


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    compared = [*_compare()]
    imported = sorted(_import_s() for _ in range(STARTS))
    for one in compared:
        sys.stdout.write(
            f"{one.operation:16} bare {one.bare_us:7.1f} µs  client {one.client_us:7.1f} µs"
            f"  {one.ratio:.2f} times\n"
        )
    import_s = statistics.median(imported)
    sys.stdout.write(
        f"import           {import_s * 1000:.0f} ms, {imported[0] * 1000:.0f} at best\n"
    )
    _OUT.mkdir(exist_ok=True)
    document = {
        "calls": {one.operation: [one.bare_us, one.client_us, one.ratio] for one in compared},
        "import_s": import_s,
    }
    (_OUT / "client.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    limited = [one for one in compared if one.operation != UNLIMITED]
    missed = any(one.ratio > MOST_OVERHEAD for one in limited) or import_s > MOST_IMPORT_S
    return 1 if missed else 0


def _compare() -> list[Compared]:
    transport = Answering(_envelope(_MADE), _envelope(_TASK), _envelope([_TASK] * 30))
    bare = httpx.Client(base_url="https://api.test", transport=transport)
    client = LipSync(
        access_key="key", secret_key="k" * 32, base_url="https://api.test", transport=transport
    )

    def page() -> httpx.Response:
        return bare.get(_PATH, params={"pageNum": 1, "pageSize": 100}, headers=_HEADERS)

    crop, volumes = (0, 3000), (1.0, 0.0)
    sides: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "create": (
            lambda: bare.post(_PATH, json=_BODY, headers=_HEADERS).json(),
            lambda: client.create(
                "s1",
                "0",
                audio="http://media.test/speech.mp3",
                insert_at=1000,
                crop=crop,
                volumes=volumes,
                external_task_id="order-17",
            ),
        ),
        "get": (
            lambda: bare.get(f"{_PATH}/t1", headers=_HEADERS).json(),
            lambda: client.get("t1"),
        ),
        "list": (
            lambda: TaskListEnvelope.from_dict(page().json()),
            lambda: list(client.list(page_size=100)),
        ),
        UNLIMITED: (
            lambda: page().json(),
            lambda: list(client.list(page_size=100)),
        ),
    }
    return [_rounds(name, *calls) for name, calls in sides.items()]


def _rounds(name: str, bare: Callable[[], object], client: Callable[[], object]) -> Compared:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for side, call in enumerate((bare, client)):
            call()
            began = time.perf_counter()
            for _ in range(CALLS):
                call()
            times[side].append((time.perf_counter() - began) / CALLS * 1e6)
    return Compared(name, statistics.median(times[0]), statistics.median(times[1]))


def _envelope(data: object) -> bytes:
    return json.dumps({"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}).encode()


def _import_s() -> float:
    code = (
        "import time; began = time.perf_counter()\n"
        "from kling_lipsync import LipSync\n"
        "print(time.perf_counter() - began)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)


if __name__ == "__main__":
    sys.exit(main())

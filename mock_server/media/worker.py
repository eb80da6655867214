"""The process that touches clients' media: one JSON request a line in, one JSON reply a line out.

It is apart from the web process so that a file that crashes, hangs or bloats a decoder costs one
request and not the server; it may be killed at any time.  It is never given a URL, only paths of
the server's own files.  It ends when its stdin does.  Nothing but replies is written to stdout.

    {"id": 1, "method": "identify", "path": "/...", "duration_ms": 8000}
    {"id": 1, "done": {"faces": [{"face_id": "0", "start_time": 0, "end_time": 8000,
                                  "picture": "<JPEG in base64>"}]}}
    {"id": 2, "method": "render", "job": {...the fields of RenderJob...}}
    {"id": 2, "failed": {"part": "audio", "reason": "..."}}
"""

import os

# The libraries read these once, while they are imported.  More threads on a shared machine made
# small jobs 20 times slower.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import json
import signal
import sys
import time
from base64 import b64encode
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import cv2

from mock_server.media.known_faces import KnownFaces
from mock_server.media.opening import FILE_FAULTS, Undecodable
from mock_server.media.ports import FoundFace, RenderJob
from mock_server.media.rendering import render

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]  # a module or nothing

# Of address space, of one written file, and of processor time for one request: both cores for as
# long as the server waits.  Whoever takes more time is ended by the kernel, even without a server.
MEMORY_BYTES = 3 * 1024**3
FILE_BYTES = 1024**3
CPU_SECONDS = MappingProxyType({"identify": 120, "render": 600})
PATHS = ("video", "audio", "target", "watermarked_target")

Json = dict[str, Any]


def main() -> None:
    """Answer requests until stdin ends."""
    replies = private_stdout()
    # A Ctrl-C in the terminal is meant for the server, which then closes our stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bound("RLIMIT_AS", MEMORY_BYTES)
    bound("RLIMIT_FSIZE", FILE_BYTES)
    bound("RLIMIT_CORE", 0)
    cv2.setNumThreads(1)
    known = KnownFaces()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        reply = {"id": request["id"], **answer(request, known)}
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def bound(limit: str, most: int) -> None:
    """Let the kernel bound this process, unless whoever started it bounded it more."""
    if resource is not None:
        kind = getattr(resource, limit)
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))


def bound_time(seconds: int) -> None:
    """Let the kernel end this process once it has computed for so many seconds more."""
    bound("RLIMIT_CPU", int(time.process_time()) + 1 + seconds)


def private_stdout() -> BinaryIO:
    """Keep stdout for replies alone: whatever a library prints goes to stderr from now on."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def answer(request: Json, known: KnownFaces) -> Json:
    """Do what a request asks; a failure names the part at fault: video, audio or worker."""
    try:
        bound_time(CPU_SECONDS[request["method"]])
        return {"done": METHODS[request["method"]](request, known)}
    except Undecodable as error:
        return {"failed": {"part": error.part, "reason": error.reason}}
    except FILE_FAULTS as error:
        return {"failed": {"part": "worker", "reason": f"{type(error).__name__}: {error}"}}


def identify(request: Json, known: KnownFaces) -> Json:
    """Find the faces of a video."""
    faces = known.find(Path(request["path"]), request["duration_ms"])
    return {"faces": [face_as_json(face) for face in faces]}


def face_as_json(found: FoundFace) -> Json:
    """Give a face the form of a reply."""
    return {
        "face_id": found.face.face_id,
        "start_time": found.face.start_time,
        "end_time": found.face.end_time,
        "picture": b64encode(found.picture).decode(),
    }


def render_job(request: Json, known: KnownFaces) -> Json:
    """Make the files of a job."""
    fields = dict(request["job"])
    for name in PATHS:
        fields[name] = Path(fields[name]) if fields[name] is not None else None
    return {"duration_ms": render(RenderJob(**fields), known.places)}


METHODS = MappingProxyType({"identify": identify, "render": render_job})

if __name__ == "__main__":
    main()

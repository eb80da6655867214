"""One running mock for all processes of a test run, as pytest-xdist makes them.

The process that needs it first starts it; the one that controls the run ends it.
"""

import contextlib
import json
import os
import signal
from pathlib import Path
from time import monotonic, sleep

import pytest

from mock_server.testing.running import RunningMock

URL_VARIABLE = "LIPSYNC_MOCK_URL"
_NOTE = "lipsync-mock.json"
_PATIENCE_S = 30.0


def shared(config: pytest.Config) -> RunningMock:
    """Return the mock at LIPSYNC_MOCK_URL, or the one of this run; start it if nobody has.

    Raises ControlRefused or httpx.TransportError if no mock answers at LIPSYNC_MOCK_URL.
    """
    url = os.environ.get(URL_VARIABLE, "")
    if url:
        mock = RunningMock(url)
        mock.check()
        return mock
    note = _folder(config) / _NOTE
    try:
        note.with_suffix(".lock").touch(exist_ok=False)
    except FileExistsError:
        return RunningMock(_origin_in(note))
    started = RunningMock.start(detached=True)
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps({"origin": started.origin, "pid": started.pid}))
    fresh.rename(note)
    return started


def end_shared(config: pytest.Config) -> None:
    """End the mock of this run; only the process that controls the run does."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is None or hasattr(config, "workerinput"):
        return
    note = _folder(config) / _NOTE if getattr(factory, "_basetemp", None) else None
    if note is not None and note.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(json.loads(note.read_text())["pid"], signal.SIGTERM)
        note.unlink()


def _folder(config: pytest.Config) -> Path:
    """Return the folder that all processes of a run know: that of the controlling one."""
    factory: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined]  # no public name
    own = factory.getbasetemp()
    return own.parent if hasattr(config, "workerinput") else own


def _origin_in(note: Path) -> str:
    end = monotonic() + _PATIENCE_S
    while monotonic() < end:
        if note.exists():
            return str(json.loads(note.read_text())["origin"])
        sleep(0.02)
    msg = f"the mock that another worker starts did not listen within {_PATIENCE_S:.0f} s"
    raise TimeoutError(msg)

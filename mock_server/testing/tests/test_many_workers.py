"""Tests in parallel against one server see what the same tests in a row see."""

import json
import os
import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CHECKOUT = Path(__file__).parents[3]
FLOWS = """
import json
import os
from pathlib import Path

import pytest

TASKS = "/v1/videos/advanced-lip-sync"
IDENTIFY = "/v1/videos/identify-face"

@pytest.mark.parametrize("number", range(200))
def test_flow(lipsync_mock_server, number):
    mock = lipsync_mock_server
    client = mock.httpx_client(trust_env=False)
    video = mock.video(duration=8000 + number, face="0-5200")
    session = client.post(IDENTIFY, json={"video_url": video}).json()["data"]["session_id"]
    face = {"face_id": "0", "sound_file": mock.audio(duration=4000), "sound_start_time": 0,
            "sound_end_time": 3000, "sound_insert_time": number * 30}
    body = {"session_id": session, "face_choose": [face], "external_task_id": f"job-{number}"}
    created = client.post(TASKS, json=body).json()
    again = client.post(TASKS, json=body).json()
    mock.advance(f"{number}s")
    client.get(f"{TASKS}/job-{number}")
    client.get(TASKS, params={"page_size": 1 + number % 3})
    entries = mock.journal()
    (Path(os.environ["SEEN"]) / str(number)).write_text(json.dumps(entries))
    assert created["code"] in (0, 1201) and again["code"] != 0
"""
_UNIQUE = re.compile(
    r"\d{16,20}|127\.0\.0\.1:\d+|ak-[0-9a-f]{16}|\b1[0-9]{12}\b|/media/[0-9a-f]{12}/"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|Expires=\d+|Signature=[\w-]+"
)
_FLEETING = ("at", "host_ms", "milliseconds", "request_id", "account", "base_url", "credential")


def _normalised(text: str) -> list[dict[str, object]]:
    """Leave out ids, times and ports."""
    entries = json.loads(_UNIQUE.sub("0", text))
    return [
        {name: value for name, value in entry.items() if name not in _FLEETING} for entry in entries
    ]


def test_eight_workers_see_what_one_sees(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 tests, at least 1,000 entries of the journal, the same in both runs."""
    paths = (CHECKOUT, CHECKOUT / "generated" / "python")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("LIPSYNC_MOCK_URL", raising=False)
    pytester.makepyfile(FLOWS)
    seen = []
    for name, more in (("serial", ()), ("parallel", ("-p", "xdist", "-n", "8"))):
        folder = pytester.mkdir(name)
        monkeypatch.setenv("SEEN", str(folder))
        plugins = ("-p", "mock_server.testing.plugin", "-p", "no:cacheprovider")
        pytester.runpytest_subprocess(*plugins, "-q", *more).assert_outcomes(passed=200)
        seen.append({file.name: _normalised(file.read_text()) for file in folder.iterdir()})

    serial, parallel = seen
    assert sum(map(len, serial.values())) >= 1000
    assert parallel == serial

"""The pytest plugin, as a project that uses it sees it."""

import os
import socket
from pathlib import Path
from time import monotonic, sleep

import pytest

pytest_plugins = ["pytester"]

IMPORTS = """
import time
import httpx
import pytest

TASKS = "/v1/videos/advanced-lip-sync"
IDENTIFY = "/v1/videos/identify-face"

def identify(mock, client, **facts):
    video = mock.video(duration=8000, **(facts or {"face": "0-5200"}))
    return client.post(IDENTIFY, json={"video_url": video}).json()
"""
CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project in which the plugin is loaded, as after an installation."""
    paths = (CHECKOUT, CHECKOUT / "generated" / "python")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in os.environ if name.startswith("LIPSYNC_MOCK_")]:
        monkeypatch.delenv(name)
    return pytester


def run(project: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    """Run some tests in a process of their own."""
    project.makepyfile(IMPORTS + tests)
    plugins = ("-p", "mock_server.testing.plugin", "-p", "no:cacheprovider")
    return project.runpytest_subprocess(*plugins, "--strict-markers", "-q", *arguments)


def test_ten_lines_are_enough(project: pytest.Pytester) -> None:
    """A client, a flow, a move of the clock."""
    tests = """
def test_a_task_succeeds(lipsync_mock, lipsync_callbacks):
    client = lipsync_mock.httpx_client()
    session = identify(lipsync_mock, client)["data"]["session_id"]
    face = {"face_id": "0", "sound_file": lipsync_mock.audio(duration=4000),
            "sound_start_time": 0, "sound_end_time": 3000, "sound_insert_time": 500}
    task = client.post(TASKS, json={"session_id": session, "face_choose": [face],
                                    "callback_url": lipsync_callbacks.url}).json()["data"]
    lipsync_mock.until_task(task["task_id"])
    assert lipsync_callbacks.statuses == ("processing", "succeed")
    lipsync_mock.assert_clean()
"""
    run(project, tests).assert_outcomes(passed=1)


def test_markers_describe_the_account(project: pytest.Pytester) -> None:
    """Those of a test go before those of its module."""
    tests = """
pytestmark = pytest.mark.lipsync(profile="observed", slots=2)

@pytest.mark.lipsync(slots=3, readings={"no-face": "refuse"})
@pytest.mark.lipsync_fault(code=1303, operations=["list"], times=2)
def test_it(lipsync_mock):
    shown = lipsync_mock.shown()
    assert (shown["profile"], shown["slots"]) == ("observed", 3)
    assert shown["readings"]["no-face"] == "refuse"
    client = lipsync_mock.httpx_client()
    assert [client.get(TASKS).json()["code"] for _ in range(3)] == [1303, 1303, 0]
"""
    run(project, tests).assert_outcomes(passed=1)


def test_the_test_s_clock_follows_where_it_asks_for_it(project: pytest.Pytester) -> None:
    """And only there."""
    tests = """
@pytest.mark.lipsync_clock
def test_follows(lipsync_mock):
    assert int(time.time() * 1000) == lipsync_mock.now
    before = time.time()
    lipsync_mock.advance("65m")
    assert round(time.time() - before) == 65 * 60

def test_stays(lipsync_mock):
    before = time.time()
    lipsync_mock.advance("65m")
    assert time.time() - before < 60
"""
    run(project, tests).assert_outcomes(passed=2)


def test_a_test_runs_under_each_choice_that_matters_to_it(project: pytest.Pytester) -> None:
    """The others skip themselves and say why; a wrong expectation fails under one."""
    tests = """
@pytest.mark.lipsync_readings("no-face", "list-order")
def test_faces(lipsync_mock, lipsync_reading):
    reply = identify(lipsync_mock, lipsync_mock.httpx_client(), faces="none")
    assert reply["code"] == 0, str(lipsync_reading)
"""
    result = run(project, tests, "-rs")

    result.assert_outcomes(passed=2, failed=1, skipped=2)
    result.stdout.fnmatch_lines(["*list-order does not matter to a test that calls identify*"])
    result.stdout.fnmatch_lines(["*test_faces?no-face=refuse?*"])


def test_a_failing_test_shows_its_journal(project: pytest.Pytester) -> None:
    """With the rule that refused."""
    tests = """
def test_it(lipsync_mock):
    client = lipsync_mock.httpx_client()
    assert client.post(IDENTIFY, json={"video_id": "7"}).json()["code"] == 0
"""
    result = run(project, tests)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*journal of account ak-*", "404 1203 POST /v1/videos/identify-face*"]
    )
    result.stdout.fnmatch_lines(["    identify.video-id-known"])


def test_one_server_is_shared_and_ended(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By all workers of a run; nothing of it is left."""
    tests = """
import os

@pytest.mark.parametrize("number", range(8))
def test_it(lipsync_mock_server, number, tmp_path_factory):
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(lipsync_mock_server.base_url + "\\n")
    assert lipsync_mock_server.httpx_client(trust_env=False).get(TASKS).json()["code"] == 0
"""
    seen = project.path / "seen"
    monkeypatch.setenv("SEEN", str(seen))
    result = run(project, tests, "-p", "xdist", "-n", "2")

    result.assert_outcomes(passed=8)
    origins = set(seen.read_text().split())
    assert len(origins) == 1
    assert _nobody_listens(origins.pop())


def test_a_running_server_is_used_where_one_is_named(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIPSYNC_MOCK_URL; one where nothing listens is an error, not a new server."""
    tests = """
def test_it(lipsync_mock_server):
    pass
"""
    monkeypatch.setenv("LIPSYNC_MOCK_URL", "http://127.0.0.1:9")
    result = run(project, tests)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ConnectError*"])


def _nobody_listens(origin: str) -> bool:
    end = monotonic() + 5
    while monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(origin.rpartition(":")[2]))):
                return True
        sleep(0.05)
    return False

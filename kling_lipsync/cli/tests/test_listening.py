"""The verb that receives callbacks, in the process of a shell as users have it."""

import base64
import hashlib
import hmac
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from kling_lipsync.cli.tests.conftest import Lipsync
from kling_lipsync.cli.tests.test_calls import new_task
from kling_lipsync.cli.tests.test_main import started

KEY = b"not a secret, just a test"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@contextmanager
def listening(
    mock_url: str, *flags: str, secret: str = ""
) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Run a receiver on a free port; give it and its URL."""
    words = ("listen", "--port", "0", "--json", *flags)
    with started(mock_url, *words, KLING_WEBHOOK_SECRET=secret) as running:
        assert running.stderr is not None
        line = running.stderr.readline()
        assert line.startswith("listening at http://"), line + running.stderr.read()
        yield running, line.split()[2].rstrip(",")


def body(task_id: str, status: str = "processing") -> bytes:
    """Return a callback."""
    fields: dict[str, Any] = {
        "task_id": task_id,
        "task_status": status,
        "task_status_msg": "",
        "task_info": {
            "external_task_id": "",
            "parent_video": {"id": "v", "url": "http://v.test/v", "duration": "8"},
        },
        "created_at": 1,
        "updated_at": 1,
    }
    return json.dumps(fields).encode()


def signed(content: bytes, key: bytes = KEY) -> dict[str, str]:
    """Return the headers of a signed callback, as the standard has them."""
    stamp = str(int(time.time()))
    digest = hmac.new(key, b".".join((b"m1", stamp.encode(), content)), hashlib.sha256).digest()
    return {
        "webhook-id": "m1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def test_what_is_signed_is_printed_and_the_rest_refused(mock_url: str) -> None:
    """A duplicate is accepted, and not printed again; it ends after as many as wanted."""
    with listening(mock_url, "--count", "2", secret=SECRET) as (running, url):
        first, last = body("t1"), body("t1", "failed")
        posts = [
            (first, signed(first)),
            (first, signed(first)),
            (first, signed(first, b"wrong")),
            (first, {}),
            (last, signed(last)),
        ]
        told = [
            httpx.post(url, content=content, headers=headers, trust_env=False).status_code
            for content, headers in posts
        ]
        out, err = running.communicate(timeout=30)

    assert told == [200, 200, 401, 401, 200]
    assert [json.loads(line)["task_status"] for line in out.splitlines()] == [
        "processing",
        "failed",
    ]
    assert err.count("refused with 401: its signature is missing, wrong or out of time") == 2
    assert running.returncode == 0


def test_a_claim_is_compared_with_a_query(lipsync: Lipsync, mock_url: str, speech: str) -> None:
    """What the service does not confirm is an error, and decides the code."""
    task_id = new_task(lipsync, speech)
    with listening(mock_url, "--count", "1", "--confirm") as (running, url):
        httpx.post(url, content=body(task_id, "failed"), trust_env=False).raise_for_status()
        out, _ = running.communicate(timeout=30)

    assert json.loads(out)["error"]["kind"] == "CallbackContradicted"
    assert running.returncode == 25


def test_ctrl_c_is_the_usual_end(mock_url: str) -> None:
    """And no error."""
    with listening(mock_url) as (running, _):
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)

    assert (running.returncode, err) == (0, "")


def test_a_secret_that_is_none_is_refused_and_not_shown(
    lipsync: Lipsync, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything listens."""
    monkeypatch.setenv("KLING_WEBHOOK_SECRET", "hunter2")
    ran = lipsync("listen", "--port", "0")

    assert ran.code == 2
    assert "whsec_" in ran.err
    assert "hunter2" not in ran.err


def test_a_port_that_is_taken_is_a_local_fault(lipsync: Lipsync, mock_url: str) -> None:
    """With the system's own words."""
    assert lipsync("listen", "--port", mock_url.rpartition(":")[2]).code == 3

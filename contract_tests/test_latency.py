"""Replies that come late because that was asked for."""

import time
from typing import Any

import pytest

from contract_tests.callers import Caller
from contract_tests.drafts import plain_fields
from contract_tests.scenes import SCENE
from contract_tests.targets import Target

LATE_S = 0.06


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("fields", [{}, {"code": 1303}, {"transport": "bad-gateway"}], ids=str)
def test_a_staged_reply_is_late_once(target: Target, phase: str, fields: dict[str, Any]) -> None:
    """By so many ms of the machine's clock, whatever else it is; the next one is not."""
    caller = Caller(target)
    body = plain_fields(caller, SCENE)
    caller.stage(**fields, latency=f"{LATE_S * 1000:.0f}ms", operations=["create"], phase=phase)
    took = []
    for _ in range(4):
        began = time.perf_counter()
        caller.create(body)
        took.append(time.perf_counter() - began)

    assert took[0] >= LATE_S
    assert min(took[1:]) < LATE_S
    assert len(caller.page().data) == (4 if phase == "after" or not fields else 3)

"""What Schemathesis finds by the schema alone, on top of what the rules are tested for."""

import json
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from contract_tests.callers import TASKS
from contract_tests.conformance.picture import Faulty
from contract_tests.drafts import OPERATIONS
from contract_tests.exchanges import Exchange
from contract_tests.marks import rule
from contract_tests.oracle.modelled import Modelled
from contract_tests.targets import InProcess, Target

if TYPE_CHECKING:
    from contract_tests.schema_driven import Found

pytestmark = [
    pytest.mark.slow,
    pytest.mark.needs("accounts", "control", "described-media"),
]

ALL: dict[str, Any] = {"generation": {"max-examples": 15}}
COVERAGE: dict[str, Any] = {"phases": {"enabled": False, "coverage": {"enabled": True}}}
FLOWS: dict[str, Any] = {
    "generation": {"max-examples": 30, "mode": "positive"},
    "phases": {"enabled": False, "stateful": {"enabled": True}},
}


class Strict(Faulty):
    """The server with three faults, and a fourth: the loudest legal volume is refused."""

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Exchange:
        """Send one request."""
        answer = super().request(method, path, headers=headers, body=body)
        if path == TASKS and answer.status == 200 and b'_volume": 2' in body:
            told = {"code": 1201, "message": "too loud", "request_id": "1"}
            return Exchange(400, {"content-type": "application/json"}, json.dumps(told).encode())
        return answer


@pytest.fixture(scope="module")
def driven() -> Any:  # noqa: ANN401 - a module that may not be there
    """The layer, where Schemathesis is installed."""
    return pytest.importorskip(
        "contract_tests.schema_driven",
        reason="Schemathesis is not installed: pip install 'schemathesis>=4'",
    )


@pytest.fixture
def run(
    driven: Any,  # noqa: ANN401 - the same
    target: Target,
    seed: int,
    tell: Callable[[str], None],
) -> Callable[..., "Found"]:
    """Run it on an account of its own."""

    def run(config: Mapping[str, Any], without: str = "") -> "Found":
        began = perf_counter()
        found: Found = driven.Layer(Modelled(target, [])).run({"seed": seed, **config}, without)
        rate = found.calls / (perf_counter() - began)
        tell(f"Schemathesis: {found.calls} requests, {rate:.0f}/s, seed {seed}")
        return found

    return run


@rule("envelope.fields", "envelope.status-and-code")
def test_schemathesis_finds_nothing(run: Callable[..., "Found"], seed: int) -> None:
    """No reply contradicts the schema, and each operation accepts and refuses what it should."""
    found = run(ALL)
    accepted = {name for _, name, status in found.answered if status == 200}
    refused = {name for _, name, status in found.answered if status in (400, 404)}

    assert "\n\n".join(found.alarms) == "", f"--hypothesis-seed {seed} repeats this run"
    assert accepted == refused == set(OPERATIONS)
    assert ("list", "get") in found.walks


@rule("envelope.fields", "envelope.status-and-code")
def test_the_links_are_walked(run: Callable[..., "Found"], seed: int) -> None:
    """From a video to its task, along the links of the contract, every call is accepted."""
    found = run(FLOWS, without="listLipSyncTasks")

    assert "\n\n".join(found.alarms) == "", f"--hypothesis-seed {seed} repeats this run"
    assert ("identify", "create", "get") in found.walks


@pytest.mark.needs("own-process")
def test_faults_within_the_schema_are_found(
    driven: Any,  # noqa: ANN401 - the same
    seed: int,
) -> None:
    """What is dropped of its alarms hides neither a page that is too long nor a refused volume."""
    server = Strict(InProcess())
    alarms = driven.Layer(Modelled(server, [])).run({"seed": seed, **COVERAGE}).alarms
    server.close()

    assert any(alarm.startswith("negative_data_rejection: GET") for alarm in alarms)
    assert any(alarm.startswith("positive_data_acceptance: POST") for alarm in alarms)

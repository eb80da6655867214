"""What Schemathesis finds by the schema alone, on top of what the rules are tested for."""

import json
from collections.abc import Callable, Mapping
from random import SystemRandom
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

ALL: dict[str, Any] = {"generation": {"max-examples": 10}}
COVERAGE: dict[str, Any] = {"phases": {"enabled": False, "coverage": {"enabled": True}}}
FLOWS: dict[str, Any] = {
    "generation": {"max-examples": 25},
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


@pytest.fixture(scope="module")
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of these runs; `--hypothesis-seed N` repeats them."""
    given = request.config.getoption("hypothesis_seed", None)
    return SystemRandom().getrandbits(32) if given in (None, "random") else int(given)


@pytest.fixture(scope="module")
def runs(
    driven: Any,  # noqa: ANN401 - the same
    target: Target,
    seed: int,
    tell: Callable[[str], None],
) -> "tuple[Found, ...]":
    """A run of everything, and one of the flow that begins with a video."""
    began = perf_counter()
    layer = driven.Layer(Modelled(target, []))
    everything: Found = layer.run({"seed": seed, **ALL})
    flows: Found = layer.run({"seed": seed, **FLOWS}, without="listLipSyncTasks")
    calls, took = everything.calls + flows.calls, perf_counter() - began
    tell(f"Schemathesis: {calls} requests in {took:.1f} s ({calls / took:.0f}/s), seed {seed}")
    return everything, flows


@rule("envelope.fields", "envelope.status-and-code")
def test_schemathesis_finds_nothing(runs: "tuple[Found, ...]", seed: int) -> None:
    """No reply contradicts the schema, none is a fault, and valid requests are accepted."""
    assert "\n\n".join(alarm for run in runs for alarm in run.alarms) == "", f"seed {seed}"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_accepts_and_refuses(runs: "tuple[Found, ...]", operation: str) -> None:
    """Each is reached with requests that are accepted, and with others."""
    statuses = {status for run in runs for _, name, status in run.answered if name == operation}

    assert 200 in statuses
    assert statuses & {400, 404}


@pytest.mark.parametrize("walk", [("identify", "create", "get"), ("list", "get")])
def test_the_links_are_walked(runs: "tuple[Found, ...]", walk: tuple[str, ...]) -> None:
    """From call to call along the links of the contract, and every call is accepted."""
    assert any(walk in run.walks for run in runs)


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

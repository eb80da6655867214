"""The command `python -m bench.suite`: the single-request properties beside Schemathesis.

Both call the mock's application in this process.  A case is one request that was drawn, sent and
judged: by the suite's property that breaks one rule at a time, and by Schemathesis with all its
checks in the phases that draw single requests, with a valid credential and nothing else told.
Rounds alternate, and the median of the rounds is told, per second and per second of processor
time, which says more on a busy machine.  Writes bench-out/suite.json.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import MappingProxyType

import schemathesis
from attrs import asdict, frozen
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from contract_tests import spec
from contract_tests.conformance import singles
from contract_tests.conformance.foreign import Limited
from contract_tests.strategies import draws
from contract_tests.targets import InProcess
from contract_tests.test_black_box import hold, sent
from mock_server.app import create_server
from mock_server.settings import Settings

ROUNDS = 3
EXAMPLES = 25
OUT = Path(__file__).parent.parent / "bench-out"
_PHASES = MappingProxyType(
    {"enabled": False, "coverage": {"enabled": True}, "fuzzing": {"enabled": True}}
)
_PLAIN = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@frozen
class Pace:
    """Cases of one round: how many, and per second of either kind."""

    cases: int
    per_second: float
    per_processor_second: float


def main() -> int:
    """Measure both, and tell what was measured; a property that does not hold is raised."""
    sides: Mapping[str, Callable[[int], int]] = {"suite": properties, "schemathesis": by_schema}
    for run in sides.values():
        run(1)
    paces: dict[str, list[Pace]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, run in sides.items():
            paces[name].append(_pace(run))
    told = {name: _middle(rounds) for name, rounds in paces.items()}
    load = round(os.getloadavg()[0], 2)
    for name, pace in told.items():
        sys.stdout.write(
            f"{name:<13} {pace.per_second:6.0f} cases/s, {pace.per_processor_second:6.0f} per "
            f"second of processor time ({pace.cases} cases a round)\n"
        )
    ratio = told["suite"].per_processor_second / told["schemathesis"].per_processor_second
    sys.stdout.write(f"ratio         {ratio:6.1f}, at a load average of {load}\n")
    OUT.mkdir(exist_ok=True)
    document = {name: asdict(pace) for name, pace in told.items()} | {"ratio": ratio, "load": load}
    (OUT / "suite.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 0


def properties(examples: int) -> int:
    """Draw so many cases of each rule that one request can break, and hold the answers."""
    target = Limited(InProcess())
    account = target.credentials
    count = 0

    @settings(_PLAIN, max_examples=examples)
    @given(draw=draws())
    def refused(name: str, draw: Random) -> None:
        nonlocal count
        count += 1
        case = singles.broken(name, draw)
        hold(sent(target, account, case), case, is_open=_never)

    for name in singles.SINGLE:
        refused(name)
    target.close()
    return count


def by_schema(examples: int) -> int:
    """Let Schemathesis draw so many cases of each operation, beside those of its coverage."""
    mock = Settings(validate_replies=True, time="frozen", quiet=True, media="plain")
    config = SchemathesisConfig.from_dict(
        {
            "continue-on-failure": True,
            "generation": {"max-examples": examples},
            "phases": dict(_PHASES),
            "headers": {"Authorization": f"Bearer {mock.api_key}"},
        }
    )
    schema = schemathesis.openapi.from_dict(spec.contract().openapi, config=config)
    schema.app = create_server(mock).application
    ended = (e for e in from_schema(schema).execute() if isinstance(e, events.ScenarioFinished))
    return sum(len(event.recorder.interactions) for event in ended)


def _pace(run: Callable[[int], int]) -> Pace:
    began, worked = time.perf_counter(), time.process_time()
    cases = run(EXAMPLES)
    return Pace(
        cases, cases / (time.perf_counter() - began), cases / (time.process_time() - worked)
    )


def _middle(rounds: list[Pace]) -> Pace:
    return sorted(rounds, key=lambda pace: pace.per_processor_second)[len(rounds) // 2]


def _never(point: str) -> None:
    msg = f"the mock follows the default readings, and not: {point}"
    raise AssertionError(msg)


if __name__ == "__main__":
    sys.exit(main())

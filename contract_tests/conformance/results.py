"""What a run found: values that every report is made from, and their JSON."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

VERDICTS = ("FAIL", "ERROR", "BLOCKED", "INFO", "PASS", "SKIPPED")
"""Worst first.  INFO is an open reading, BLOCKED a promise that another fault kept from view."""

NOT_CONFORM = ("FAIL", "ERROR", "BLOCKED")
FORMAT = 1


class ResultError(ValueError):
    """A file is no result of a run."""


@frozen
class Sent:
    """One request with its answer; bodies are text, with base64 where they are not UTF-8."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    status: int
    answer_headers: Mapping[str, str]
    answer: str
    control: bool = False


@frozen
class Outcome:
    """What became of one test; `sent` is the shortest list of requests that still fails."""

    test: str
    rules: tuple[str, ...]
    promise: str
    verdict: str
    reason: str
    seconds: float
    sent: tuple[Sent, ...] = ()


@frozen
class Run:
    """One run of the suite against one target; `started` is RFC 3339, `seconds` its length."""

    suite: str
    spec: str
    target: str
    profile: str
    capabilities: tuple[str, ...]
    quick: bool
    only: str
    seed: int
    started: str
    seconds: float
    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tests have each verdict."""
        told = [outcome.verdict for outcome in self.outcomes]
        return {verdict: told.count(verdict) for verdict in VERDICTS}

    @property
    def conforms(self) -> bool:
        """Whether some promise was looked at, and none was found broken."""
        counts = self.counts
        looked_at = counts["PASS"] + counts["INFO"]
        return looked_at > 0 and not any(counts[verdict] for verdict in NOT_CONFORM)

    @property
    def by_rule(self) -> Mapping[str, tuple[Outcome, ...]]:
        """The outcomes of each rule that some test names."""
        found: dict[str, list[Outcome]] = {}
        for outcome in self.outcomes:
            for name in outcome.rules:
                found.setdefault(name, []).append(outcome)
        return {name: tuple(outcomes) for name, outcomes in found.items()}

    def with_verdict(self, *verdicts: str) -> tuple[Outcome, ...]:
        """Return the outcomes that have one of these verdicts, the worst first."""
        chosen = [outcome for outcome in self.outcomes if outcome.verdict in verdicts]
        return tuple(sorted(chosen, key=lambda outcome: VERDICTS.index(outcome.verdict)))


def worst(outcomes: tuple[Outcome, ...]) -> str:
    """Return the verdict of several outcomes together; a skip counts only when alone."""
    return min((outcome.verdict for outcome in outcomes), key=VERDICTS.index, default="SKIPPED")


def text_of(body: bytes) -> str:
    """Return a body as text; `base64:` stands before what is no UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(body).decode()


def written(run: Run) -> str:
    """Return a run as JSON."""
    document = {"format": FORMAT, "conforms": run.conforms, "counts": dict(run.counts)}
    return json.dumps({**document, **asdict(run)}, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> Run:
    """Return the run that `written` made; raise ResultError when the file is none."""
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if document.pop("format") != FORMAT:
            msg = f"{path}: not a result of format {FORMAT}"
            raise ResultError(msg)
        del document["conforms"], document["counts"]
        outcomes = tuple(outcome_from(one) for one in document.pop("outcomes"))
        document["capabilities"] = tuple(document["capabilities"])
        return Run(**document, outcomes=outcomes)
    except (OSError, KeyError, TypeError, json.JSONDecodeError, AttributeError) as error:
        msg = f"{path}: not a result.json of lipsync-conformance ({type(error).__name__}: {error})"
        raise ResultError(msg) from error


def outcome_from(document: Mapping[str, Any]) -> Outcome:
    """Return an outcome from its JSON."""
    fields = dict(document)
    fields["rules"] = tuple(fields["rules"])
    fields["sent"] = tuple(Sent(**one) for one in fields["sent"])
    return Outcome(**fields)


def body_of(text: str) -> bytes:
    """Return the bytes of a body that `text_of` made into text."""
    if text.startswith("base64:"):
        return base64.b64decode(text.removeprefix("base64:"))
    return text.encode()

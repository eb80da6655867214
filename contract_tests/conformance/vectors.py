"""The single-exchange cases as data for other languages: `python -m ...conformance.vectors`.

Each file of `contract_tests/vectors/` holds the vectors of one area.  The same seeds give the
same bytes, so a checkout tells by itself whether they are fresh.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from contract_tests import exchanges, spec
from contract_tests.conformance import singles
from contract_tests.conformance.results import text_of
from contract_tests.conformance.singles import Case

FOLDER = Path(__file__).parent.parent / "vectors"
DRAWN = 40
"""Draws per rule; what comes out twice is kept once."""

KEPT = 12
OPERATIONS = ("identify", "list")


def cases() -> Iterator[tuple[str, Case]]:
    """Yield every vector's name and case."""
    for name in singles.SINGLE:
        drawn = (singles.broken(name, _random(name, n)) for n in range(DRAWN))
        for number, case in enumerate(_distinct(drawn), 1):
            yield f"{name}/{number}", case
    for operation in OPERATIONS:
        drawn = (singles.accepted(_random(operation, n), operation) for n in range(DRAWN))
        for number, case in enumerate(_distinct(drawn), 1):
            yield f"accepted.{operation}/{number}", case


def document(name: str, case: Case) -> dict[str, Any]:
    """Return a vector as JSON: the request, and the answers that are right."""
    request = case.request
    needs = singles.NEEDS[case.rule] if case.rule else _needed(case)
    sent: dict[str, Any] = {"method": request.method, "path": request.path}
    sent |= {"headers": dict(request.headers), "authorization": request.authorization}
    if request.body:
        sent["body"] = text_of(request.body)
    return {
        "id": name,
        "rule": case.rule,
        "operation": case.operation,
        "needs": sorted(needs),
        "request": sent,
        "expected": [{"status": status, "code": code} for status, code in singles.due(case)],
    }


def files() -> Mapping[str, str]:
    """Return the text of each file by its name."""
    areas: dict[str, list[dict[str, Any]]] = {}
    for name, case in cases():
        areas.setdefault(name.partition(".")[0], []).append(document(name, case))
    texts = {f"{area}.json": _text(vectors) for area, vectors in areas.items()}
    rules = [_rule(name) for name in singles.SINGLE]
    return {**texts, "rules.json": _text(rules)}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the files that are missing, too many, or not what is generated."""
    due = files()
    kept = {path.name for path in folder.glob("*.json")}
    differ = {name for name in kept & set(due) if (folder / name).read_text("utf-8") != due[name]}
    return sorted(differ | (kept ^ set(due)))


def main() -> int:
    """Write the files, and say how many vectors there are."""
    FOLDER.mkdir(exist_ok=True)
    due = files()
    for path in FOLDER.glob("*.json"):
        if path.name not in due:
            path.unlink()
    for name, text in due.items():
        (FOLDER / name).write_text(text, "utf-8")
    count = sum(1 for _ in cases())
    sys.stdout.write(f"{count} vectors of {len(singles.SINGLE)} rules in {FOLDER.name}/\n")
    return 0


def _rule(name: str) -> dict[str, Any]:
    rule = spec.rule(name)
    return {
        "rule": name,
        "sentence": rule.sentence,
        "vendor": list(rule.quotes),
        "evidence": rule.evidence,
        "message": exchanges.message_of(name, spec.code_of(name)).pattern,
    }


def _needed(case: Case) -> frozenset[str]:
    return singles.DESCRIBED if case.operation == "identify" else frozenset()


def _distinct(drawn: Iterator[Case]) -> list[Case]:
    found: dict[str, Case] = {}
    for case in drawn:
        found.setdefault(repr(case.request), case)
    return list(found.values())[:KEPT]


def _random(name: str, number: int) -> Random:
    return Random(f"{name} {number}")  # noqa: S311 - the same vectors every time


def _text(vectors: list[dict[str, Any]]) -> str:
    lines = (json.dumps(vector, ensure_ascii=True) for vector in vectors)
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    sys.exit(main())

"""The mutants fit today's code, and what they are measured with can tell one from another."""

import json
import subprocess
import sys
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from contract_tests import spec
from contract_tests.selftest import figures
from contract_tests.selftest.__main__ import RECORD
from contract_tests.selftest.anchor import alarms
from contract_tests.selftest.figures import Report
from contract_tests.selftest.jobs import KILLED, LIVED, STILLBORN, TIMEOUT, Fate
from contract_tests.selftest.mutants import (
    CHECKOUT,
    CLASSES,
    Mutant,
    MutantError,
    catalogue,
    changes_code,
    selected,
)
from contract_tests.selftest.pool import forked

LEAST = 120
MUTANTS = catalogue()


@pytest.mark.parametrize("kind", CLASSES)
def test_the_mutants_fit_the_code(kind: str) -> None:
    """Each old text stands exactly once, and the new one makes another program, or another spec."""
    mutants = [one for one in MUTANTS if one.kind == kind]
    same = [
        one.name
        for one in mutants
        if not (changes_code(one) if one.file.endswith(".py") else changes_data(one))
    ]

    assert same == []


def test_every_mutant_names_a_rule() -> None:
    """The rule that a mutant breaks is one of the rulebook."""
    assert {one.rule for one in MUTANTS} <= set(spec.rulebook().rules)


def test_every_class_has_mutants() -> None:
    """There are ten classes, and at least 120 mutants that are no equivalents."""
    counts = Counter(one.kind for one in MUTANTS if not one.equivalent)

    assert (set(counts), len(CLASSES)) == (set(CLASSES), 10)
    assert counts.total() >= LEAST


def test_every_refusing_rule_has_a_mutant() -> None:
    """What can refuse is broken at least once, but for the one that somebody has to stage."""
    assert set(spec.refusing()) - {one.rule for one in MUTANTS} == {"envelope.server-fault"}


def test_a_mutant_that_does_not_fit_says_so(tmp_path: Path) -> None:
    """An old text that is not there, and a name that stands twice, are both noticed."""
    entry = '[["get.reply"]]\nlabel = "x"\nfile = "Makefile"\nold = "no such"\nnew = ""\n'
    for kind in CLASSES:
        (tmp_path / f"{kind}.toml").write_text(entry if kind == "shape" else "")
    (one,) = catalogue(tmp_path)
    (tmp_path / "auth.toml").write_text(entry)

    with pytest.raises(MutantError, match="0 times"):
        one.applied()
    with pytest.raises(MutantError, match="twice"):
        catalogue(tmp_path)


def test_mutants_are_selected_by_class_or_name() -> None:
    """A class selects its own, a beginning of names what begins so."""
    assert {one.kind for one in selected("auth", MUTANTS)} == {"auth"}
    assert {one.rule for one in selected("list.pages", MUTANTS)} == {"list.pages"}


def test_a_broken_server_is_noticed_and_the_correct_one_is_not(tmp_path: Path) -> None:
    """The command meets both, by the tests of one file, and says what it saw."""
    arguments = ["--only", "list.pages: oldest first", "--no-schemathesis", "--seeds", "1"]
    tests = ["--tests", "contract_tests/test_lists.py", "--output", str(tmp_path)]
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "contract_tests.selftest", *arguments, *tests],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = json.loads((tmp_path / "selftest.json").read_text("utf-8"))

    assert ended.returncode == 0, ended.stderr
    assert [one["end"] for one in found["unchanged"]] == [LIVED]
    assert [(one["end"], one["tests"]) for one in found["mutants"]] == [(KILLED, 1)]


def test_work_in_forks_is_told_as_it_ends() -> None:
    """What answers is told, what dies or sleeps has no result, and none of it stops the others."""

    def work(order: str) -> str:
        if order == "slow":
            time.sleep(60)
        if order == "dead":
            sys.exit(1)
        return order * 2

    ended = {one.order: one.result for one in forked(("slow", "dead", "good"), work, 2, 3.0)}

    assert ended == {"slow": None, "dead": None, "good": "goodgood"}


def test_a_report_counts_by_class() -> None:
    """What lived or did not start is no success, and an equivalent is in no figure."""
    mutants = tuple(
        Mutant("auth", "auth.claims", label, "x.py", "a", "b", "why" if label == "4" else "")
        for label in "1234"
    )
    ends = (KILLED, LIVED, STILLBORN)
    fates = tuple(Fate(one.name, 7, end) for one, end in zip(mutants, ends, strict=False))
    report = Report((7,), mutants, (), fates, {"default": frozenset({mutants[1].name})}, 60.0)
    (row,) = report.rows

    assert (row.mutants, row.equivalents, row.suite, row.anchors) == (3, 1, {7: 1}, {"default": 1})
    assert not report.complete
    assert "LIVED: auth.claims: 2 (seed 7)" in figures.table(report)
    assert json.loads(figures.as_json(report))["complete"] is False


def test_the_page_is_about_this_catalogue() -> None:
    """docs/selftest.md has each class with its number of mutants; else `make selftest-record`."""
    cells = [line.split(" | ") for line in RECORD.read_text("utf-8").splitlines()]
    told = {row[0].strip("| "): row[1] for row in cells if len(row) > 2}
    counts = Counter(one.kind for one in MUTANTS if not one.equivalent)

    assert {kind: int(told[kind]) for kind in CLASSES} == counts
    assert int(told["**all**"]) == counts.total()


def test_a_score_leaves_out_what_does_not_start() -> None:
    """One of two that start is a half; what took too long was noticed."""
    fates = [Fate("x", 1, end) for end in (STILLBORN, LIVED, TIMEOUT)]

    assert figures.score(fates) == 0.5
    assert figures.counts(fates).startswith("1 of 2 noticed (50.0 %), 1 do not start")


def test_alarms_are_kinds_at_operations() -> None:
    """Each failure in a report of Schemathesis is its code with its operation."""
    failure = {"code": "ST202", "operation": "GET /x"}
    checks = {"a": [{"status": "success"}, {"failure_info": {"failure": failure}}]}
    lines = [json.dumps({"ScenarioFinished": {"recorder": {"checks": checks}}}), '{"Other": {}}']

    assert list(alarms(lines)) == ["ST202 GET /x"]


def changes_data(mutant: Mutant) -> bool:
    """Whether a YAML file says something else after the mutation, and still is one."""
    return _loaded((CHECKOUT / mutant.file).read_text("utf-8")) != _loaded(mutant.applied())


@lru_cache(maxsize=4)
def _loaded(text: str) -> str:
    return json.dumps(yaml.load(text, Loader=yaml.CSafeLoader))

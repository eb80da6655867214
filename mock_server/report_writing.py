"""A report card as text for people, as JSON, and as JUnit for a build server."""

import json
from collections.abc import Callable, Iterable, Mapping
from html import escape
from types import MappingProxyType

from attrs import asdict

from mock_server.explaining import shown
from mock_server.findings.thresholds import THRESHOLDS
from mock_server.findings.values import Seen
from mock_server.report_card import HABITS, Finding, Report

_MOST = 20
"""Times that a habit showed that are written out; the others are counted."""


def as_json(report: Report) -> str:
    """Return the report as an object, with the thresholds that each finding went by."""
    findings = [
        {
            "name": finding.habit.name,
            "severity": finding.habit.severity,
            "sentence": finding.habit.sentence,
            "rules": finding.habit.rules,
            "thresholds": [asdict(THRESHOLDS[name]) for name in finding.habit.thresholds],
            "count": len(finding.evidence),
            "evidence": [
                {"sequences": seen.sequences, "delivery_id": seen.delivery_id, "seen": seen.text}
                for seen in finding.evidence[:_MOST]
            ],
        }
        for finding in report.findings
    ]
    told = {"account": report.account, "clean": report.clean, "calls": report.calls}
    return json.dumps(told | {"findings": findings}, indent=2) + "\n"


def as_text(report: Report) -> str:
    """Return the report as lines: each finding with its evidence, or that there is none."""
    count = len(report.findings)
    head = f"{shown(report.account)}: {report.calls} calls, {count} of {len(HABITS)} habits found\n"
    return head + "".join(_paragraph(finding) for finding in report.findings)


def as_junit(report: Report) -> str:
    """Return the report as one test case for each habit; a habit that showed has failed."""
    found = {finding.habit.name: finding for finding in report.findings}
    cases = "".join(_case(habit.name, found.get(habit.name)) for habit in HABITS)
    name = escape(f"report card of {shown(report.account)}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites><testsuite name="{name}" tests="{len(HABITS)}" failures="{len(found)}" '
        f'errors="0" skipped="0">\n{cases}</testsuite></testsuites>\n'
    )


WRITERS: Mapping[str, tuple[str, Callable[[Report], str]]] = MappingProxyType(
    {
        "json": ("application/json", as_json),
        "text": ("text/plain; charset=utf-8", as_text),
        "junit": ("application/xml", as_junit),
    }
)
"""How a report is written, by format: the content type, and the function."""


def _paragraph(finding: Finding) -> str:
    habit = finding.habit
    return f"\n{habit.name} ({habit.severity}): {habit.sentence}\n" + _evidence(finding)


def _evidence(finding: Finding) -> str:
    lines = [f"    {_where(seen)}: {seen.text}" for seen in finding.evidence[:_MOST]]
    rest = len(finding.evidence) - _MOST
    if rest > 0:
        lines.append(f"    and {rest} more")
    lines.append(f"    rules: {', '.join(finding.habit.rules)}")
    lines += [
        f"    {one.name}: {one.value} {one.unit} ({one.evidence})"
        for one in (THRESHOLDS[name] for name in finding.habit.thresholds)
    ]
    return "\n".join(lines) + "\n"


def _where(seen: Seen) -> str:
    if seen.delivery_id:
        return f"delivery {seen.delivery_id}"
    return f"journal {_joined(seen.sequences)}"


def _joined(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _case(name: str, finding: Finding | None) -> str:
    start = f'<testcase classname="lipsync_mock.report" name="{name}"'
    if finding is None:
        return f"{start}/>\n"
    habit = finding.habit
    return (
        f'{start}><failure type="{habit.severity}" message="{escape(habit.sentence)}">'
        f"{escape(_evidence(finding))}</failure></testcase>\n"
    )

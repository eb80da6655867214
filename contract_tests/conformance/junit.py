"""A run as JUnit XML, which every CI reads."""

import re
from xml.etree import ElementTree as Tree

from contract_tests.conformance.results import Outcome, Run

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(run: Run) -> str:
    """Return the document: one test case for each outcome, by the area of its first rule."""
    counts = run.counts
    suite = Tree.Element(
        "testsuite",
        name=f"lipsync-conformance {run.profile}",
        tests=str(len(run.outcomes)),
        failures=str(counts["FAIL"]),
        errors=str(counts["ERROR"] + counts["BLOCKED"]),
        skipped=str(counts["SKIPPED"]),
        time=f"{run.seconds:.3f}",
        timestamp=run.started,
    )
    properties = Tree.SubElement(suite, "properties")
    for name in ("target", "profile", "seed", "suite", "spec"):
        Tree.SubElement(properties, "property", name=name, value=str(getattr(run, name)))
    for outcome in run.outcomes:
        suite.append(_case(outcome))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Tree.tostring(suite, encoding="unicode")


def _case(outcome: Outcome) -> Tree.Element:
    case = Tree.Element(
        "testcase",
        classname=outcome.rules[0] if outcome.rules else "suite",
        name=_clean(outcome.test),
        time=f"{outcome.seconds:.3f}",
    )
    tag = {"FAIL": "failure", "ERROR": "error", "BLOCKED": "error", "SKIPPED": "skipped"}
    if outcome.verdict in tag:
        told = Tree.SubElement(case, tag[outcome.verdict], type=outcome.verdict)
        told.set("message", _clean(outcome.reason.partition("\n")[0]))
        told.text = _clean(outcome.reason)
    elif outcome.reason:
        Tree.SubElement(case, "system-out").text = _clean(f"{outcome.verdict}: {outcome.reason}")
    return case


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)

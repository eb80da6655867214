"""A run as one page that needs nothing else: what failed and why first, then every rule."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from contract_tests import spec
from contract_tests.conformance import console, curl
from contract_tests.conformance.results import (
    NOT_CONFORM,
    VERDICTS,
    Outcome,
    Run,
    Sent,
    worst,
)

MEANINGS = {
    "FAIL": "the server breaks a promise",
    "ERROR": "the test could not be carried out",
    "BLOCKED": "an earlier fault keeps the promise from view",
    "INFO": "the documents leave it open, and the server reads them otherwise",
    "PASS": "the promise held",
    "SKIPPED": "the server cannot be asked; the reason is told",
}


def written(run: Run, origin: str) -> str:
    """Return the page."""
    style = files("contract_tests.conformance").joinpath("report.css").read_text("utf-8")
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(_verdict(run))}: lip-sync conformance</title>",
            f"<style>{style}</style></head><body>",
            *_head(run),
            *_failures(run, origin),
            *_open_points(run),
            *_matrix(run),
            *_skipped(run),
            "</body></html>\n",
        )
    )


def _verdict(run: Run) -> str:
    return "Conforms" if run.conforms else "Does not conform"


def _head(run: Run) -> Iterator[str]:
    kind = "good" if run.conforms else "bad"
    broken = _broken_rules(run)
    yield f'<header class="{kind}"><h1>{_verdict(run)}</h1>'
    if broken:
        links = ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in broken)
        yield f"<p>{len(broken)} of {len(spec.rulebook().rules)} rules are broken: {links}</p>"
    quick = ", quick" if run.quick else ""
    yield (
        f"<p>{escape(run.target)} in profile <b>{run.profile}</b>{quick}, "
        f"{len(run.outcomes)} tests in {run.seconds:.1f} s, seed {run.seed}, "
        f"{escape(run.started)}, spec {run.spec}, suite {escape(run.suite or 'of a checkout')}</p>"
    )
    yield '<ul class="counts">'
    for verdict in VERDICTS:
        count = run.counts[verdict]
        yield f'<li class="{verdict}"><b>{count}</b> {verdict}<i>{MEANINGS[verdict]}</i></li>'
    yield "</ul></header>"


def _broken_rules(run: Run) -> list[str]:
    named = {name for one in run.with_verdict(*NOT_CONFORM) for name in one.rules}
    return [name for name in spec.rulebook().rules if name in named]


def _failures(run: Run, origin: str) -> Iterator[str]:
    failed = run.with_verdict(*NOT_CONFORM)
    if failed:
        yield "<h2>What failed, and why</h2>"
    for outcome in failed:
        yield from _failure(outcome, run, origin)


def _failure(outcome: Outcome, run: Run, origin: str) -> Iterator[str]:
    names = ", ".join(outcome.rules) or "no rule"
    yield f'<section class="failure"><h3><span class="{outcome.verdict}">{outcome.verdict}</span> '
    yield f"{escape(names)}</h3><dl>"
    for name in outcome.rules:
        rule = spec.rulebook().rules.get(name)
        if rule is not None:
            yield f"<dt>Rule</dt><dd>{escape(rule.sentence)}</dd>"
            yield f"<dt>Vendor</dt><dd><q>{escape(_words(name))}</q></dd>"
    yield f"<dt>Promise</dt><dd>{escape(outcome.promise)}</dd>"
    yield f"<dt>Found</dt><dd><pre>{escape(outcome.reason)}</pre></dd></dl>"
    calls = [sent for sent in outcome.sent if not sent.control]
    if calls:
        yield "<h4>The last call</h4>"
        yield from _exchange(calls[-1])
        yield f"<pre class='curl'>{escape(curl.of(calls[-1], origin))}</pre>"
    if len(outcome.sent) > 1:
        yield f"<details><summary>Wire log, {len(outcome.sent)} requests</summary>"
        for sent in outcome.sent:
            yield from _exchange(sent)
        yield f"<pre class='curl'>{escape(curl.script(outcome.sent, origin))}</pre></details>"
    again = f"lipsync-conformance --seed {run.seed} --only '{outcome.test}'"
    yield f"<p class='again'>Again: <code>{escape(again)}</code></p></section>"


def _words(name: str) -> str:
    return console.vendor_words(name).strip('"')


def _exchange(sent: Sent) -> Iterator[str]:
    kind = "control" if sent.control else "call"
    yield f'<div class="{kind}"><pre>{escape(sent.method)} {escape(sent.path)}\n'
    for name, value in sent.headers.items():
        yield f"{escape(name)}: {escape(_short(value))}\n"
    yield f"\n{escape(sent.body)}</pre><pre>{sent.status}\n"
    for name, value in sent.answer_headers.items():
        if name.startswith("x-") or name == "content-type":
            yield f"{escape(name)}: {escape(value)}\n"
    yield f"\n{escape(sent.answer)}</pre></div>"


def _short(value: str) -> str:
    return value if len(value) <= 90 else f"{value[:60]}…{value[-20:]}"


def _open_points(run: Run) -> Iterator[str]:
    found = run.with_verdict("INFO")
    if found:
        yield "<h2>Open readings</h2><table><tr><th>Rule</th><th>Point</th><th>Test</th></tr>"
        for one in found:
            cells = (", ".join(one.rules), one.reason, one.test)
            yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        yield "</table>"


def _matrix(run: Run) -> Iterator[str]:
    yield "<h2>Every rule</h2><table class='matrix'><tr><th>Verdict</th><th>Rule</th>"
    yield "<th>What it says</th><th>Evidence</th><th>Tests</th></tr>"
    by_rule = run.by_rule
    for name, rule in spec.rulebook().rules.items():
        outcomes = by_rule.get(name, ())
        verdict = worst(outcomes)
        counted = [one.verdict for one in outcomes]
        tests = ", ".join(f"{counted.count(v)} {v}" for v in VERDICTS if v in counted)
        yield f'<tr id="{escape(name)}"><td><span class="{verdict}">{verdict}</span></td>'
        yield f"<td><code>{escape(name)}</code></td><td>{escape(rule.sentence)}</td>"
        yield f"<td>{rule.evidence}</td><td>{tests or 'not in this run'}</td></tr>"
    yield "</table>"


def _skipped(run: Run) -> Iterator[str]:
    skipped = run.with_verdict("SKIPPED")
    if not skipped:
        return
    yield f"<details><summary>{len(skipped)} tests were skipped</summary><table>"
    for one in skipped:
        cells = (", ".join(one.rules), one.test, one.reason)
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
    yield "</table></details>"

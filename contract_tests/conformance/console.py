"""A run on the console: a line for each failure as it happens, and all of it at the end."""

from collections import Counter
from collections.abc import Iterator

from contract_tests import spec
from contract_tests.conformance import curl
from contract_tests.conformance.results import NOT_CONFORM, Outcome, Run, Sent

LONGEST_REASON = 12
"""Lines of a reason that are shown; the reports have all of them."""

LONGEST_SENT = 12
LONGEST_BODY = 300


def vendor_words(name: str) -> str:
    """Return what the vendor prints on a rule, or else what we take it to be."""
    rule = spec.rulebook().rules.get(name)
    if rule is None:
        return "(not in the rulebook)"
    if rule.quotes:
        return f'"{rule.quotes[0]}"'
    return f"{rule.sentence} ({rule.evidence})"


def told(outcome: Outcome) -> str:
    """Return one line for an outcome."""
    names = ", ".join(outcome.rules) or "-"
    return f"{outcome.verdict:<8} {names}  {outcome.test}"


def failure(outcome: Outcome, run: Run, origin: str) -> str:
    """Return all that is known of a failure."""
    lines = [told(outcome)]
    lines += [f"  rule     {name}: {vendor_words(name)}" for name in outcome.rules]
    lines.append(f"  promise  {outcome.promise}")
    lines += [f"  {'found' if n == 0 else '     '}    {text}" for n, text in _reason(outcome)]
    calls = [sent for sent in outcome.sent if not sent.control]
    lines += [f"  sent     {_exchange(sent)}" for sent in calls[-LONGEST_SENT:]]
    if calls:
        lines.append(f"  curl     {curl.of(calls[-1], origin)}")
    lines.append(f"  again    lipsync-conformance --seed {run.seed} --only '{outcome.test}'")
    return "\n".join(lines)


def summary(run: Run, origin: str) -> str:
    """Return the end of a run: its failures in full, what was skipped, and the verdict."""
    parts = [failure(outcome, run, origin) for outcome in run.with_verdict(*NOT_CONFORM)]
    parts += [f"{told(one)}\n  {one.reason}" for one in run.with_verdict("INFO")]
    skipped = Counter(outcome.reason for outcome in run.with_verdict("SKIPPED"))
    parts += [f"SKIPPED  {count} tests: {reason}" for reason, count in skipped.most_common()]
    counts = ", ".join(f"{count} {name}" for name, count in run.counts.items() if count)
    broken = sorted({name for one in run.with_verdict(*NOT_CONFORM) for name in one.rules})
    verdict = "conforms" if run.conforms else "DOES NOT CONFORM"
    rules = f"; rules: {', '.join(broken)}" if broken else ""
    parts.append(
        f"{run.target} {verdict} in profile {run.profile}{' (quick)' if run.quick else ''}: "
        f"{counts or 'no tests'} in {run.seconds:.1f} s, seed {run.seed}{rules}"
    )
    return "\n\n".join(parts)


def _reason(outcome: Outcome) -> Iterator[tuple[int, str]]:
    lines = outcome.reason.splitlines()
    yield from enumerate(lines[:LONGEST_REASON])
    if len(lines) > LONGEST_REASON:
        yield LONGEST_REASON, f"… and {len(lines) - LONGEST_REASON} lines more"


def _exchange(sent: Sent) -> str:
    body = f" {_cut(sent.body)}" if sent.body else ""
    return f"{sent.method} {sent.path}{body} -> {sent.status} {_cut(sent.answer)}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + "…"

"""What the suite and its yardstick noticed, as figures: by class, and in all."""

import json
from collections.abc import Iterable, Mapping, Sequence

from attrs import asdict, frozen

from contract_tests.selftest.jobs import STILLBORN, Fate
from contract_tests.selftest.mutants import CLASSES, Mutant


@frozen
class Row:
    """One class: its mutants that are no equivalents, and how many of them were noticed.

    `suite` has the number for each seed, `anchors` that for each mode of the yardstick.
    """

    kind: str
    mutants: int
    equivalents: int
    suite: Mapping[int, int]
    anchors: Mapping[str, int]


@frozen
class Report:
    """A run of the whole: rows, what became of each mutant, and how long it took (s).

    `unchanged` is what became of the server without a change, `anchored` the names of the mutants
    that each mode of the yardstick noticed.
    """

    seeds: tuple[int, ...]
    mutants: tuple[Mutant, ...]
    unchanged: tuple[Fate, ...]
    fates: tuple[Fate, ...]
    anchored: Mapping[str, frozenset[str]]
    seconds: float

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row for each class that has mutants here."""
        kinds = [kind for kind in CLASSES if any(one.kind == kind for one in self.mutants)]
        return tuple(self._row(kind) for kind in kinds)

    @property
    def unnoticed(self) -> tuple[Fate, ...]:
        """What the suite did not tell from the original, or could not be started at all."""
        return tuple(fate for fate in self.fates if not fate.noticed)

    @property
    def complete(self) -> bool:
        """Whether every mutant that is no equivalent is noticed on every seed."""
        return not self.unnoticed

    def _row(self, kind: str) -> Row:
        ours = [one for one in self.mutants if one.kind == kind]
        names = {one.name for one in ours if not one.equivalent}
        return Row(
            kind=kind,
            mutants=len(names),
            equivalents=len(ours) - len(names),
            suite={
                seed: sum(f.noticed for f in self.fates if f.seed == seed and f.name in names)
                for seed in self.seeds
            },
            anchors={mode: len(names & found) for mode, found in self.anchored.items()},
        )


def as_json(report: Report) -> str:
    """Return a report as JSON."""
    equivalents = {one.name: one.equivalent for one in report.mutants if one.equivalent}
    document = {
        "seeds": report.seeds,
        "complete": report.complete,
        "seconds": report.seconds,
        "classes": [asdict(row) for row in report.rows],
        "equivalents": equivalents,
        "unchanged": [asdict(fate) for fate in report.unchanged],
        "mutants": [asdict(fate) for fate in report.fates],
        "schemathesis": {mode: sorted(found) for mode, found in report.anchored.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def table(report: Report) -> str:
    """Return the figures as a table in Markdown, with what was not noticed below it."""
    seeds = [f"suite, seed {seed}" for seed in report.seeds]
    anchors = [f"Schemathesis {mode}" for mode in report.anchored]
    lines = [
        _line(["class", "mutants", *seeds, *anchors]),
        _line(["---", *["--:"] * (1 + len(seeds) + len(anchors))]),
    ]
    rows = report.rows
    for row in rows:
        cells = [*row.suite.values(), *row.anchors.values()]
        lines.append(_line([row.kind, str(row.mutants), *map(str, cells)]))
    total = sum(row.mutants for row in rows)
    sums = [sum(row.suite[seed] for row in rows) for seed in report.seeds]
    sums += [sum(row.anchors[mode] for row in rows) for mode in report.anchored]
    shares = [f"{count} ({_percent(count, total)})" for count in sums]
    lines.append(_line(["**all**", str(total), *shares]))
    return "\n".join([*lines, "", *_said(report)]) + "\n"


def _said(report: Report) -> Iterable[str]:
    count = sum(row.equivalents for row in report.rows)
    yield f"{count} more are equivalent to the original; each has its argument in the catalogue."
    yield f"The run took {report.seconds / 60:.0f} minutes."
    if report.anchored:
        found = frozenset[str]().union(*report.anchored.values())
        left = [fate for fate in report.fates if fate.noticed and fate.name not in found]
        names = {fate.name for fate in left}
        yield f"The suite noticed {len(names)} that no run of Schemathesis did."
    for fate in report.unnoticed:
        what = "does not start" if fate.end == STILLBORN else "LIVED"
        yield f"{what}: {fate.name} (seed {fate.seed}) {fate.reason}".rstrip()


def counts(fates: Sequence[Fate]) -> str:
    """Return how many of these were noticed, in one line."""
    real = [fate for fate in fates if fate.end != STILLBORN]
    noticed = sum(fate.noticed for fate in real)
    share = _percent(noticed, len(real))
    return f"{noticed} of {len(real)} noticed ({share}), {len(fates) - len(real)} do not start"


def score(fates: Sequence[Fate]) -> float:
    """Return the share that was noticed of those that start, from 0 to 1."""
    real = [fate for fate in fates if fate.end != STILLBORN]
    return sum(fate.noticed for fate in real) / max(1, len(real))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "-"

"""The catalogue: servers that break one rule each, as data beside this module.

`mutants/<class>.toml` has the mutants of a class.  Each names the rule that it breaks and replaces
a text that stands exactly once in a file of the server by another.
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

FOLDER = Path(__file__).parent / "mutants"
CHECKOUT = Path(__file__).parent.parent.parent

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "shape": "fields, forms and headers of replies",
        "bounds": "limits of one value",
        "exclusion": "exactly one of two, and what counts as given",
        "media": "what times, files and faces have to do with each other",
        "references": "ids, pages, and what belongs to whom",
        "state": "what becomes of a task, and when",
        "precedence": "codes, messages, and which rule speaks first",
        "races": "calls at the same time, and what a refused call leaves",
        "callbacks": "announcements",
        "auth": "credentials, standing, and what expires",
    }
)


class MutantError(ValueError):
    """A mutant that cannot be applied; the text says which, and why."""


@frozen
class Mutant:
    """One broken rule: `old` becomes `new` in `file`, a path in the checkout.

    `equivalent` says why no caller can tell the mutant from the original; blank when one can.
    """

    kind: str
    rule: str
    label: str
    file: str
    old: str
    new: str
    equivalent: str = ""

    @property
    def name(self) -> str:
        """The rule and the label."""
        return f"{self.rule}: {self.label}"

    def applied(self) -> str:
        """Return the changed text of the file; raise MutantError when it does not fit."""
        text = (CHECKOUT / self.file).read_text("utf-8")
        found = text.count(self.old)
        if found != 1:
            msg = f"{self.name}: the old text stands {found} times in {self.file}, not once"
            raise MutantError(msg)
        return text.replace(self.old, self.new)


def catalogue(folder: Path = FOLDER) -> tuple[Mutant, ...]:
    """Return all mutants, class by class; raise MutantError for a name that stands twice."""
    found = tuple(mutant for kind in CLASSES for mutant in _read(folder / f"{kind}.toml", kind))
    names = [mutant.name for mutant in found]
    for name in names:
        if names.count(name) > 1:
            msg = f"the name {name!r} stands twice in the catalogue"
            raise MutantError(msg)
    return found


def selected(only: str, mutants: tuple[Mutant, ...]) -> tuple[Mutant, ...]:
    """Return the mutants of a class, or else those whose name begins so; all when blank."""
    if only in CLASSES:
        return tuple(one for one in mutants if one.kind == only)
    return tuple(one for one in mutants if one.name.startswith(only))


def changes_code(mutant: Mutant) -> bool:
    """Whether a Python file means something else after the mutation; raise when it is no Python."""
    before = ast.parse((CHECKOUT / mutant.file).read_text("utf-8"))
    return ast.dump(before) != ast.dump(ast.parse(mutant.applied()))


def _read(path: Path, kind: str) -> Iterator[Mutant]:
    document = tomllib.loads(path.read_text("utf-8"))
    for rule, entries in document.items():
        for entry in entries:
            yield Mutant(kind=kind, rule=rule, **entry)

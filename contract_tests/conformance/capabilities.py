"""What a target can do beside answering, and what a test needs of it.

The needs are read off a test's own code: the names that it uses, and those of every function of
`contract_tests` that it calls.  `@pytest.mark.needs(...)` adds what code cannot show.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, MappingProxyType
from typing import Any

import pytest

CAPABILITIES: Mapping[str, str] = MappingProxyType(
    {
        "accounts": "makes fresh accounts on request",
        "clock": "moves an account's clock on request",
        "faults": "fails on request",
        "callbacks": "can call back a receiver on this machine",
        "described-media": "knows the media that URLs on described.test describe",
        "control": "has the control API under /__mock__",
        "journal": "tells what it was asked, and what of it nothing read",
        "own-process": "is the mock, which the test starts itself as it needs it",
        "api-key": "has an account with an API key",
    }
)
EVERYTHING = frozenset(CAPABILITIES)
NOTHING: frozenset[str] = frozenset()

TARGET_FIXTURES = frozenset({"target", "socket_target", "every_target"})

_DRAFTED = frozenset({"accounts", "control", "clock", "faults", "described-media"})
_SHOWN_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Caller": frozenset({"accounts", "control"}),
        "new_account": frozenset({"accounts", "control"}),
        "control": frozenset({"control"}),
        "change": frozenset({"control"}),
        "seed": frozenset({"control"}),
        "put": frozenset({"control"}),
        "ledger": frozenset({"control"}),
        "spent": frozenset({"control"}),
        "shown": frozenset({"control"}),
        "deliveries": frozenset({"control"}),
        "advance": frozenset({"clock"}),
        "move": frozenset({"clock"}),
        "set_clock": frozenset({"clock"}),
        "stage": frozenset({"faults"}),
        "clear_faults": frozenset({"faults"}),
        "Receiver": frozenset({"callbacks"}),
        "await_deliveries": frozenset({"callbacks"}),
        "redeliver": frozenset({"callbacks"}),
        "described": frozenset({"described-media"}),
        "plain_fields": frozenset({"described-media"}),
        "VIDEO": frozenset({"described-media"}),
        "send": _DRAFTED,
        "InProcess": frozenset({"own-process"}),
        "Socket": frozenset({"own-process"}),
        "fuzz": frozenset({"own-process"}),
    }
)
_JOURNAL = ("/journal", "/report", "/unread")


class UnknownCapabilityError(ValueError):
    """A capability was named that no test asks for."""


def parsed(text: str) -> frozenset[str]:
    """Return the capabilities in a list with commas; `all` is every one, blank is none."""
    names = frozenset(filter(None, (part.strip() for part in text.split(","))))
    if names == {"all"}:
        return EVERYTHING
    for name in sorted(names - EVERYTHING):
        msg = f"no test asks for {name!r}; a target can have: {', '.join(CAPABILITIES)}, or all"
        raise UnknownCapabilityError(msg)
    return names


def needed_by(item: pytest.Item) -> frozenset[str]:
    """Return what a test needs of its target, by its code, its fixtures and its marker."""
    found = frozenset(name for mark in item.iter_markers("needs") for name in mark.args)
    if next(item.iter_markers("black_box"), None) is not None:
        return found
    for function in _functions(item):
        found |= needs_of(function)
    return found


def touches_a_target(item: pytest.Item) -> bool:
    """Whether a test holds a server to something, and not only the suite itself."""
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & TARGET_FIXTURES) or "own-process" in needed_by(item)


@cache
def needs_of(function: Callable[..., Any]) -> frozenset[str]:
    """Return what a function needs of a target, with all that it calls in these tests."""
    found: set[str] = set()
    for reached in _reached(function):
        names, texts = _used(reached.__code__)
        for name in names:
            found |= _SHOWN_BY.get(name, NOTHING)
        if any(text.startswith(_JOURNAL) for text in texts):
            found.add("journal")
    return frozenset(found)


def _functions(item: pytest.Item) -> Iterator[Callable[..., Any]]:
    test = getattr(item, "obj", None)
    handle = getattr(test, "hypothesis", None)
    if test is not None:
        yield test if handle is None else handle.inner_test
    info = getattr(item, "_fixtureinfo", None)
    for name, definitions in (info.name2fixturedefs if info is not None else {}).items():
        if name not in TARGET_FIXTURES:
            yield from (definition.func for definition in definitions)


def _reached(function: Callable[..., Any]) -> Iterable[FunctionType]:
    seen: dict[FunctionType, None] = {}
    due = [function]
    while due:
        one = due.pop()
        if not isinstance(one, FunctionType) or one in seen:
            continue
        if not one.__module__.startswith("contract_tests.") or _is_the_seam(one):
            continue
        seen[one] = None
        names, _ = _used(one.__code__)
        due += [one.__globals__[name] for name in names if name in one.__globals__]
    return seen


def _is_the_seam(function: FunctionType) -> bool:
    return function.__module__ in ("contract_tests.callers", "contract_tests.targets")


def _used(code: CodeType) -> tuple[set[str], set[str]]:
    """Return the names and the texts that a piece of code, and what is in it, uses."""
    names, texts = set(code.co_names), set()
    for constant in code.co_consts:
        if isinstance(constant, str):
            texts.add(constant)
        elif isinstance(constant, CodeType):
            inner_names, inner_texts = _used(constant)
            names |= inner_names
            texts |= inner_texts
    return names, texts

"""A request as a command that anybody can paste."""

import shlex
from collections.abc import Iterable

from contract_tests.conformance.results import Sent


def of(sent: Sent, origin: str) -> str:
    """Return a request as one line of curl; a body that is no text comes through base64."""
    parts = ["curl", "-si", "-X", sent.method]
    for name, value in sent.headers.items():
        parts += ["-H", f"{name}: {value}" if value.strip() else f"{name};"]
    piped = ""
    if sent.body.startswith("base64:"):
        piped = f"printf %s {sent.body.removeprefix('base64:')} | base64 -d | "
        parts += ["--data-binary", "@-"]
    elif sent.body:
        parts += ["--data-binary", sent.body]
    parts += ["--path-as-is", origin + sent.path]
    return piped + " ".join(shlex.quote(part) for part in parts)


def script(all_sent: Iterable[Sent], origin: str) -> str:
    """Return the requests of one failure, a line each."""
    return "\n".join(of(sent, origin) for sent in all_sent)

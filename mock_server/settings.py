"""Every setting of the server, once: its flag and its environment variable follow from its field.

The command line is the only reader of the environment; everybody else is given a Settings.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import Attribute, field, fields, frozen

PREFIX = "LIPSYNC_MOCK_"
URL_VARIABLE = f"{PREFIX}URL"
"""Where tests find a mock that runs already; it says nothing to a server."""


class SettingsError(ValueError):
    """A setting has a value that it cannot have; the text names it and what it can be."""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read `NAME=VALUE,NAME=VALUE`."""
    pairs = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = item.rpartition("=")
        if not equals or not name:
            msg = f"{item!r} is not of the form NAME=VALUE"
            raise SettingsError(msg)
        pairs.append((name, value))
    return tuple(pairs)


def _count(text: str) -> int:
    """Read a whole number from 0 up."""
    if not text.isdecimal():
        msg = "it is no whole number from 0 up"
        raise SettingsError(msg)
    return int(text)


def _port_or_switch(text: str) -> int | None:
    """Read a port, or true for a free one and false for none."""
    return {"true": 0, "false": None}[text] if text in ("true", "false") else _count(text)


def _setting(default: Any, text: str, read: Any = str) -> Any:  # noqa: ANN401 - as attrs.field
    bare = read in (None, _port_or_switch)
    return field(default=default, metadata={"help": text, "read": read, "bare": bare})


@frozen
class Settings:
    """How the server starts; what belongs to accounts is the default of new ones."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8787, "port to listen on; 0 takes a free one", _count)
    tls: int | None = _setting(
        None,
        "port to answer HTTPS on, by a local CA (needs [tls]); true or 0: a free one",
        _port_or_switch,
    )
    tls_dir: str = _setting(
        "", "folder that keeps the local CA between runs; none: a new CA each time"
    )
    proxy: int | None = _setting(
        None,
        "loopback port of the proxy for programs with the vendor's hosts built in, as "
        "`lipsync-mock env` tells them (needs [tls]); true or 0: a free one",
        _port_or_switch,
    )
    access_key: str = _setting("local-access-key", "AccessKey of the local account")
    secret_key: str = _setting(
        "local-secret-key-of-at-least-32-bytes", "SecretKey of the local account"
    )
    api_key: str = _setting("local-api-key", "API key of the local account")
    profile: str = _setting("documented", "which reading of open points: documented or observed")
    readings: tuple[tuple[str, str], ...] = _setting(
        (), "single readings to change, as NAME=CHOICE,NAME=CHOICE", _pairs
    )
    time: str = _setting("real", "clock of new accounts: real, frozen or xN (N times as fast)")
    pace: str = _setting(
        "",
        "ms submitted and processing, as 1000+4000, or queries, as polls:1+2; empty: the profile's",
    )
    seed: int = _setting(0, "seed of request ids", int)
    media: str = _setting(
        "auto", "media work: auto, plain (bytes only) or decoding (needs [media])"
    )
    media_map: tuple[tuple[str, str], ...] = _setting(
        (), "URLs that stand for local files, as URL=PATH,URL=PATH", _pairs
    )
    fetch: str = _setting("loopback", "what video_url and callbacks may reach: loopback or any")
    control_token: str = _setting("", "bearer token that opens /__mock__/ from other hosts")
    physics: str = _setting("", "file (YAML or JSON) with other values than spec/physics.yaml")
    slots: int | None = _setting(None, "open tasks at once; empty: as in physics", _count)
    units: str = _setting("", "units in the prepaid pack; empty: as in physics")
    rate: int | None = _setting(None, "calls a second; empty: as in physics", _count)
    store: str = _setting(
        "memory",
        "where accounts are kept: memory, sqlite:PATH (they outlive the process) or "
        "redis://HOST:PORT/DB (several processes share them; needs [redis])",
    )
    workers: int = _setting(1, "processes on the port; several need a shared --store", _count)
    media_folder: str = _setting(
        "", "folder of the media files; empty: beside the SQLite file, else a temporary one"
    )
    render_cache: int = _setting(512, "MB of finished renders to keep for the same input", _count)
    journal: int = _setting(10_000, "calls that an account's journal keeps", _count)
    validate_replies: bool = _setting(
        False, "check every reply against the spec before it leaves (true or false)", None
    )
    quiet: bool = _setting(False, "print no journal lines (true or false)", None)


def settings_from(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """Read flags, then variables, then defaults; raise SettingsError naming a wrong value.

    Every field `a_b` has the flag `--a-b` and the variable `LIPSYNC_MOCK_A_B`.
    """
    given = vars(_parser().parse_args(arguments))
    known = {PREFIX + attribute.name.upper() for attribute in fields(Settings)}
    ours = {name for name in environment if name.startswith(PREFIX)} - {URL_VARIABLE}
    unknown = sorted(ours - known)
    if unknown:
        msg = f"{unknown[0]} is no setting; the variables are: {', '.join(sorted(known))}"
        raise SettingsError(msg)
    values: dict[str, Any] = {}
    for attribute in fields(Settings):
        text = given[attribute.name]
        source = "--" + attribute.name.replace("_", "-")
        if text is None:
            source = PREFIX + attribute.name.upper()
            text = environment.get(source)
        if text is not None:
            values[attribute.name] = _value(attribute, text, source)
    return Settings(**values)


def _value(attribute: "Attribute[Any]", text: str, source: str) -> object:
    read = attribute.metadata["read"] or _truth
    if text == "":
        return attribute.default
    try:
        return read(text)
    except ValueError as error:
        msg = f"{source}={text!r}: {error}; {attribute.metadata['help']}"
        raise SettingsError(msg) from None


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        msg = "neither true nor false"
        raise SettingsError(msg)
    return text.lower() in ("true", "1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lipsync-mock",
        description="The offline twin of the Kling lip-sync API.",
        epilog=f"Every flag is also a variable: --api-key is {PREFIX}API_KEY. "
        "For a mock with --proxy, `lipsync-mock env` prints what leads unchanged programs to it.",
    )
    for attribute in fields(Settings):
        parser.add_argument(
            "--" + attribute.name.replace("_", "-"),
            dest=attribute.name,
            nargs="?" if attribute.metadata["bare"] else None,
            const="true" if attribute.metadata["bare"] else None,
            metavar=attribute.name.upper(),
            help=f"{attribute.metadata['help']} (default: {_shown(attribute.default)})",
        )
    return parser


def _shown(default: object) -> str:
    if default is False:
        return "false"
    return str(default) if default not in (None, (), "") else "none"

"""Pages that are run: every example in a page is carried out, and prints what the page says.

A fence of `console` holds commands after `$ ` and what they print; a fence of `python` is a
program, and a fence of `text` right after it is what that prints.  `...` stands for any text in
a line, and for any lines where it is one by itself.  Ids, sizes, instants and tokens differ from
run to run, and count as equal.

    python -m kling_lipsync.cli.tests.pages docs/quickstart.md    # writes what is printed now
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve, frozen

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "mock_server" / "samples"
SHOWN_ORIGIN = "http://127.0.0.1:8787"
CREDENTIALS = {
    "KLING_ACCESS_KEY": "local-access-key",
    "KLING_SECRET_KEY": "local-secret-key-of-at-least-32-bytes",
}
COMMANDS = {"lipsync": "kling_lipsync.cli", "lipsync-mock": "mock_server"}
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "\x1e"
_VARYING = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "TOKEN"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"), "INSTANT"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"), "UUID"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "ORIGIN"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{10,}"), "ID"),
    (re.compile(r"\d+ bytes|\"size_bytes\": \d+"), "SIZE"),
    (re.compile(r"accepted, \d+ ms"), "accepted, TOOK"),
)


@frozen
class Example:
    """Something to run, where it stands, and what it shall print."""

    place: int
    script: str
    expected: str
    span: tuple[int, int]
    """Of the expected text in the page, as offsets."""


def examples_of(page: str) -> tuple[Example, ...]:
    """Return the examples of a page in their order."""
    found: list[Example] = []
    for fence in _FENCE.finditer(page):
        kind, body, start = fence[1], fence[2], fence.start(2)
        if kind == "console":
            found += _commands(page, body, start)
        elif kind == "python":
            script = f"python - <<'END_OF_EXAMPLE'\n{body}END_OF_EXAMPLE\n"
            found.append(Example(_line(page, start), script, "", (fence.end(), fence.end())))
        elif kind == "text" and found and not page[found[-1].span[1] : fence.start()].strip():
            found[-1] = evolve(found[-1], expected=body, span=fence.span(2))
    return tuple(found)


def _commands(page: str, body: str, start: int) -> Iterator[Example]:
    pieces = re.split(r"^(?=\$ )", body, flags=re.MULTILINE)
    for piece in filter(None, pieces):
        command = re.match(r"\$ ((?:.*\\\n)*.*)\n", piece)
        assert command is not None, f"line {_line(page, start)}: no command: {piece!r}"
        expected = piece[command.end() :]
        end = start + len(piece)
        yield Example(_line(page, start), command[1], expected, (end - len(expected), end))
        start = end


def _line(page: str, offset: int) -> int:
    return page.count("\n", 0, offset) + 1


def agrees(expected: str, printed: str) -> bool:
    """Whether what was printed is what the page says."""
    pattern = ""
    for line in _even(expected).splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.rstrip().split("..."))) + r"\s*?\n"
    return re.fullmatch(pattern, _even(printed)) is not None


def _even(text: str) -> str:
    for varying, name in _VARYING:
        text = varying.sub(name, text)
    return text if text.endswith("\n") or not text else f"{text}\n"


def run(page: str) -> tuple[tuple[Example, str], ...]:
    """Carry the examples of a page out in one shell; return each with what it printed."""
    examples = examples_of(page)
    with _workshop() as (folder, origin):
        script = "".join(
            f"{example.script.rstrip()}\n_status=$?; printf '{_MARK}'; (exit $_status)\n"
            for example in examples
        )
        done = subprocess.run(  # noqa: S603 - the examples of our own pages
            ["bash", "-c", "exec 2>&1\n" + script.replace(SHOWN_ORIGIN, origin)],  # noqa: S607
            cwd=folder,
            env=_environment(folder, origin),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=300,
            check=False,
        )
    told = done.stdout.replace(origin, SHOWN_ORIGIN).split(_MARK)
    assert len(told) == len(examples) + 1, f"the shell ended early: {told[-1]}"
    return tuple(zip(examples, told, strict=False))


@contextmanager
def _workshop() -> Iterator[tuple[Path, str]]:
    """Give a folder with a clip, a speech and the commands, and a mock that runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SAMPLES / "portrait-clip.mp4", folder / "clip.mp4")
        shutil.copy(SAMPLES / "portrait-speech.mp3", folder / "speech.mp3")
        (folder / ".bin").mkdir()
        python = shlex.quote(sys.executable)
        _write_command(folder / ".bin" / "python", f"exec {python}")
        for command, module in COMMANDS.items():
            _write_command(folder / ".bin" / command, f"exec {python} -m {module}")
        flags = ("--port=0", "--quiet", "--media=plain", "--pace=polls:1+1")
        with subprocess.Popen(  # noqa: S603 - ours
            (sys.executable, "-m", "mock_server", *flags),
            env=_environment(folder, ""),
            stdout=subprocess.PIPE,
            text=True,
        ) as mock:
            try:
                assert mock.stdout is not None
                yield folder, mock.stdout.readline().split()[2]
            finally:
                mock.terminate()


def _write_command(file: Path, words: str) -> None:
    file.write_text(f'#!/bin/sh\n{words} "$@"\n', "utf-8")
    file.chmod(0o755)


def _environment(folder: Path, origin: str) -> dict[str, str]:
    ours = ("LIPSYNC_MOCK_", "KLING_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    paths = (str(ROOT), str(ROOT / "generated" / "python"))
    return kept | {
        "PATH": os.pathsep.join((str(folder / ".bin"), os.environ["PATH"])),
        "PYTHONPATH": os.pathsep.join(paths),
        "LIPSYNC_MOCK_MEDIA": "plain",
        "KLING_BASE_URL": origin,
        **CREDENTIALS,
    }


def section(page: str, heading: str | None) -> str:
    """Return the part of a page under a heading, up to the next one like it; None: all of it."""
    if heading is None:
        return page
    _, found, rest = page.partition(f"\n{heading}\n")
    assert found, f"no heading {heading!r}"
    level = heading.partition(" ")[0]
    return re.split(rf"^{level} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rewritten(page: str) -> str:
    """Return the page with what its examples print now; itself when that agrees already.

    What agrees by `...` stays, so that it does not have to be shortened again.
    """
    told = run(page)
    if all(agrees(example.expected, printed) for example, printed in told):
        return page
    for example, printed in reversed(told):
        start, end = example.span
        kept = "..." in example.expected and agrees(example.expected, printed)
        if printed and not kept:
            page = page[:start] + printed.removesuffix("\n") + "\n" + page[end:]
    return page


def faults(page: str) -> list[str]:
    """Run a page, and return what is not as it says, an example each."""
    return [
        f"line {example.place}: {example.script.strip()}\n--- says\n{example.expected}"
        f"--- prints\n{printed}"
        for example, printed in run(page)
        if not agrees(example.expected, printed)
    ]


if __name__ == "__main__":
    for given in map(Path, sys.argv[1:]):
        given.write_text(rewritten(given.read_text("utf-8")), "utf-8")

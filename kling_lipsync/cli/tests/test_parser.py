"""The grammar and the help."""

import shlex
import subprocess
import sys

import pytest

from kling_lipsync.cli.exits import TABLE
from kling_lipsync.cli.parser import VERBS, Verb, make_parser
from kling_lipsync.cli.tests.conftest import Lipsync

EXAMPLES = [
    (verb.name, example) for verb in VERBS for example in verb.examples if "$(" not in example
]


@pytest.mark.parametrize(("verb", "example"), EXAMPLES)
def test_every_example_of_the_help_is_understood(verb: str, example: str) -> None:
    """It parses as the verb that it stands at."""
    words = shlex.split(example.partition(" | ")[0])
    start = words.index("lipsync") + 1

    assert make_parser().parse_args(words[start:]).verb == verb


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_explains_itself(verb: Verb, lipsync: Lipsync) -> None:
    """With examples, and every option with a text."""
    ran = lipsync(verb.name, "--help")

    assert ran.code == 0
    assert "examples:\n  $ " in ran.out
    assert "==SUPPRESS==" not in ran.out


def test_the_help_has_every_verb_and_every_exit_code(lipsync: Lipsync) -> None:
    """It is the one place to look."""
    told = lipsync("--help").out

    assert all(f"\n    {verb.name}" in told for verb in VERBS)
    assert all(f"{row.code:>5}  {row.meaning}" in told for row in TABLE)


def test_the_help_reads_nothing_of_the_client() -> None:
    """So it answers at once."""
    code = (
        "import sys; from kling_lipsync.cli.__main__ import main\n"
        "try: main(['sync', '--help'])\n"
        "except SystemExit: pass\n"
        "print(*{'httpx', 'uvicorn', 'kling_lipsync_api'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.splitlines()[-1] == ""


def test_a_mock_and_an_origin_exclude_each_other(lipsync: Lipsync) -> None:
    """Wrong arguments end with 2."""
    assert lipsync("list", "--mock", "--base-url", "http://127.0.0.1:1").code == 2
    assert lipsync("list", "--limit", "many").code == 2

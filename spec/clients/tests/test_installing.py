"""Generators are installed once for each lock, and a failure shows what was said."""

import sys
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def commands(
    installing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[list[str]]:
    """Return the commands that would have been run; folders are aside, locks are made up."""
    seen: list[list[str]] = []

    def run(command: list[object], *_more: object) -> None:
        seen.append([str(word) for word in command])
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        (tmp_path / "jvm").mkdir(exist_ok=True)

    monkeypatch.setattr(installing, "run", run)
    monkeypatch.setattr(installing, "JVM_TOOLS", tmp_path / "jvm")
    monkeypatch.setattr(installing, "NODE_TOOLS", tmp_path)
    monkeypatch.setattr(installing, "LOCKED", tmp_path / "clients.txt")
    (tmp_path / "clients.txt").write_text("one")
    (tmp_path / "package-lock.json").write_text("one")
    return seen


def test_openapi_generator_is_installed_once(
    installing: ModuleType, commands: list[list[str]], tmp_path: Path
) -> None:
    """Hashes are required; the second call does nothing, and another lock installs again."""
    program = installing.openapi_generator()
    assert installing.openapi_generator() == program
    assert len(commands) == 2
    assert commands[1][1:] == [
        *("-m", "pip", "install", "-q", "--require-hashes", "-r"),
        str(tmp_path / "clients.txt"),
    ]

    (tmp_path / "clients.txt").write_text("two")
    installing.openapi_generator()
    assert len(commands) == 4


def test_the_node_tools_are_installed_once(
    installing: ModuleType, commands: list[list[str]], tmp_path: Path
) -> None:
    """No script of a package runs; the second call does nothing, another lock installs again."""
    for _ in range(2):
        assert installing.node_tools({}) == tmp_path
    assert [command[:2] for command in commands] == [["npm", "ci"]]
    assert "--ignore-scripts" in commands[0]

    (tmp_path / "package-lock.json").write_text("two")
    installing.node_tools({})
    assert len(commands) == 2


def test_a_failure_shows_what_was_said(installing: ModuleType, tmp_path: Path) -> None:
    """The text has the command, its status and both of its outputs."""
    code = "import sys; print('this'); print('that', file=sys.stderr); sys.exit(3)"

    with pytest.raises(installing.CommandFailed, match=r"ended with 3\nthis\nthat\n"):
        installing.run([sys.executable, "-c", code], tmp_path)


def test_options_for_all_java_programs_do_not_reach_a_generator(
    installing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine's own JAVA_OPTS change nothing."""
    monkeypatch.setenv("JAVA_OPTS", "-Dfile.encoding=UTF-16")
    code = "import os; assert 'JAVA_OPTS' not in os.environ and os.environ['MORE'] == '1'"

    installing.run([sys.executable, "-c", code], tmp_path, {"MORE": "1"})


def test_the_changed_template_is_of_the_generator_that_is_installed(installing: ModuleType) -> None:
    """Without our two lines, Rust's template is the generator's own; see there before moving on."""
    found = [*installing.JVM_TOOLS.glob("**/openapi_generator_cli/openapi-generator.jar")]
    if not found:
        pytest.skip("openapi-generator is not installed; run: make clients")
    with ZipFile(found[0]) as jar:
        theirs = jar.read("rust/model.mustache").decode()
    changed = (ROOT / "spec/clients/templates/rust/model.mustache").read_text()
    addition = (
        "{{#-last}}{{#enumUnknownDefaultCase}}#[serde(other)]\n"
        "    {{/enumUnknownDefaultCase}}{{/-last}}"
    )

    assert changed.count(addition) == 2
    assert changed.replace(addition, "") == theirs

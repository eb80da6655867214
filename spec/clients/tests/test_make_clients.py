"""`make clients` says what is missing, and breaks nothing; generators are played here.

That a second run of the real ones gives the same bytes is what `make clients-test` checks.
"""

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
LANGUAGES = ["go", "java", "kotlin", "php", "ruby", "rust", "typescript"]
SPEC = yaml.safe_load((ROOT / "spec/openapi.yaml").read_bytes())


@pytest.fixture
def played(
    make_clients: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Play the generators: each writes one file that holds the contract that it was given."""
    seen: dict[str, Any] = {"text": "", "runs": 0}

    def generate(_client: object, spec: Path, made: Path) -> None:
        seen["contract"] = json.loads(spec.read_bytes())
        seen["runs"] += 1
        (made / "client.txt").write_text(seen["text"])

    monkeypatch.setattr(make_clients, "run_openapi_generator", generate)
    monkeypatch.setattr(make_clients, "run_npm", generate)
    monkeypatch.setattr(make_clients, "OUTPUT", tmp_path)
    return seen


def test_the_languages_are_those_of_make(make_clients: ModuleType) -> None:
    """There is one file for each language, and the Makefile has a target for each."""
    (line,) = re.findall(r"^CLIENTS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert [*make_clients.clients()] == line.split() == LANGUAGES


def test_generators_get_the_contract_in_short(make_clients: ModuleType) -> None:
    """They are given every path and schema, a description of one line, and numbers with names."""
    given = make_clients.for_generators(SPEC, names_for_numbers=True)
    codes = given["components"]["schemas"]["ServiceCode"]

    assert given["paths"] == SPEC["paths"]
    assert given["components"]["schemas"].keys() == SPEC["components"]["schemas"].keys()
    assert given["info"]["description"] == SPEC["info"]["summary"]
    assert codes["enum"] == SPEC["components"]["schemas"]["ServiceCode"]["enum"]
    assert codes["x-enum-varnames"][:2] == ["CODE_1000", "CODE_1001"]
    assert len(codes["x-enum-varnames"]) == len(codes["enum"]) + 1


def test_generators_are_not_told_what_holds_anyway(make_clients: ModuleType) -> None:
    """No object says that it may have other fields; all else of a schema stays."""
    given = make_clients.for_generators(SPEC, names_for_numbers=False)["components"]["schemas"]

    for name, schema in SPEC["components"]["schemas"].items():
        left = {key: part for key, part in schema.items() if key != "additionalProperties"}
        assert given[name] == left
        assert schema.get("additionalProperties", True) is True


def test_the_contract_itself_is_left_alone(make_clients: ModuleType) -> None:
    """What the generators are given is a new value."""
    before = json.dumps(SPEC)

    make_clients.for_generators(SPEC, names_for_numbers=True)

    assert json.dumps(SPEC) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_readme_shows_the_first_call(make_clients: ModuleType, language: str) -> None:
    """It shows the very program that `make clients-test` runs, for the mock and with its key."""
    client = make_clients.clients()[language]
    readme = make_clients.readme(client, "1.2.3")

    program = client.first_call.read_text()
    assert program.strip() in readme
    assert "local-api-key" in program
    assert re.search(r"127\.0\.0\.1:8787", program)
    assert readme.startswith(f"<!-- {client.notice} -->\n")
    assert f"do not edit: make client-{language}." in client.notice
    assert "$" not in readme.replace("$ ", "").replace(program.strip(), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_has_the_version_of_the_contract(
    make_clients: ModuleType, tmp_path: Path, language: str
) -> None:
    """Own files are copied with their folders, and none keeps the mark where the version goes."""
    make_clients.add_own_files(make_clients.clients()[language], tmp_path, "1.2.3")

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = [path.read_text() for path in files]
    assert files
    assert not any("@version@" in text for text in texts)
    assert language == "go" or any("1.2.3" in text for text in texts)


def test_no_stale_file_stays(make_clients: ModuleType, played: dict[str, Any]) -> None:
    """An earlier client is replaced as a whole, and nothing else is left behind."""
    assert make_clients.main(["go"]) == 0
    (make_clients.OUTPUT / "go/left_over.go").write_text("")

    assert make_clients.main(["go"]) == 0

    assert {path.name for path in (make_clients.OUTPUT / "go").iterdir()} == {
        "README.md",
        "client.txt",
        "go.mod",
    }
    assert [path.name for path in make_clients.OUTPUT.iterdir()] == ["go"]
    assert played["runs"] == 2


@pytest.mark.usefixtures("played")
def test_a_foreign_folder_is_left_alone(
    make_clients: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not a generated client is not replaced, and the others are made."""
    folder = make_clients.OUTPUT / "go"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")

    assert make_clients.main(["go", "ruby"]) == 1

    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert (make_clients.OUTPUT / "ruby/README.md").is_file()
    assert "does not look like a generated client" in capsys.readouterr().out


def test_another_run_that_differs_is_told(
    make_clients: ModuleType, played: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` writes nothing and names a file that another run would change."""
    make_clients.main(["go"])
    assert make_clients.main(["--check", "go"]) == 0
    assert "the same 3 files" in capsys.readouterr().out

    played["text"] = "something else"
    assert make_clients.main(["--check", "go"]) == 1

    assert "1 files differ in another run, such as client.txt" in capsys.readouterr().out
    assert (make_clients.OUTPUT / "go/client.txt").read_text() == ""


@pytest.mark.parametrize(("named", "status"), [([], 0), (["typescript"], 1)])
@pytest.mark.usefixtures("played")
def test_a_missing_tool_is_named(
    make_clients: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    named: list[str],
    status: int,
) -> None:
    """All others are made; only who asked for that one language is told of a failure."""

    def generate(client: Any, _spec: Path, _made: Path) -> None:  # noqa: ANN401 - a script's class
        make_clients.installing.check_tools(client.settings["tools"])

    monkeypatch.setattr(make_clients, "run_npm", generate)
    monkeypatch.setattr("shutil.which", lambda tool: None if tool == "npm" else tool)

    assert make_clients.main(named) == status

    told = capsys.readouterr().out
    assert "client-typescript: not made: npm is not installed; run: apt-get install npm" in told
    made = {path.name for path in make_clients.OUTPUT.iterdir()}
    assert made == (set() if named else {*LANGUAGES} - {"typescript"})


def test_an_unknown_language_is_refused(
    make_clients: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names those that there are."""
    with pytest.raises(SystemExit):
        make_clients.main(["cobol"])

    assert "unknown: cobol; known: go, java" in capsys.readouterr().err

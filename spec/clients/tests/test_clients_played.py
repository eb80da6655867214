"""What the runner of the client tests compares, copies, leaves out and shows."""

import json
import tomllib
from pathlib import Path

import pytest

from contract_tests import spec
from contract_tests.clients import lines, page, replies, runner, workspace

BASE = "http://127.0.0.1:41234"
LANGUAGES = [*page.settings()]


def test_an_id_has_one_word() -> None:
    """Wherever an id comes again it gets the same word, and another id gets another."""
    said = lines.Wording(BASE).of(
        [{"a": "850512470691213348"}, {"b": ["850512470691213349 x", "850512470691213348"]}]
    )

    assert said == [{"a": "<id 1>"}, {"b": ["<id 2> x", "<id 1>"]}]


def test_an_id_that_came_as_a_number_is_told() -> None:
    """Only texts get words, so a client that makes numbers of ids does not pass."""
    assert lines.Wording(BASE).of({"a": 850512470691213348}) == {"a": 850512470691213348}


def test_fixed_ids_and_other_numbers_stay() -> None:
    """An id that the expectation spells out must come as it is."""
    wording = lines.Wording(BASE, '{"task_id": "850512470691213348"}')

    assert wording.of("850512470691213348") == "850512470691213348"
    assert wording.of("1722769557708") == "1722769557708"
    assert wording.of("8505124706912133480") == "8505124706912133480"


def test_addresses_of_the_mock_have_a_word() -> None:
    """Signed ones of its media, and only those."""
    url = f"{BASE}/media/e936/results/850512470691213348.mp4?Expires=1&Signature=2"

    assert lines.Wording(BASE).of(url) == "<mock>.mp4"
    assert lines.Wording(BASE).of("https://media.example.com/a.mp4?b") == (
        "https://media.example.com/a.mp4?b"
    )


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ('{"step": "a", "n": 1}\n{"n": 2, "step": "b"}', []),
        ('{"step": "a", "n": 1}', ["line 2: expected [{'step': 'b', 'n': 2}], got []"]),
        ('{"step": "a", "n": "1"}\n{"step": "b", "n": 2}', ["line 1: "]),
        ('{"step": "a", "n": 1}\n{"step": "b", "n": 2}\n{"step": "c"}', ["line 3: "]),
    ],
)
def test_each_line_that_differs_is_told(printed: str, told: list[str]) -> None:
    """One that is missing, too much, or of another type counts; the order of keys does not."""
    expected = lines.parsed('{"step": "a", "n": 1}\n{"step": "b", "n": 2}')

    found = [*lines.differences(lines.parsed(printed), expected)]

    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


@pytest.mark.parametrize("printed", ["no JSON", "[]", '{"n": 1}'])
def test_lines_are_objects_with_a_step(printed: str) -> None:
    """Anything else that a program prints is refused."""
    with pytest.raises(ValueError, match=r"Expecting value|one JSON object"):
        lines.parsed(printed)


def test_the_expectation_names_every_part_of_the_scenario() -> None:
    """The steps are those that the page promises."""
    steps = [line["step"] for line in lines.parsed(runner.EXPECTED)]

    assert steps == ["identify", "create", "poll", "list", "refused", "unknown", "callback"]


def test_what_is_unknown_is_unknown_to_the_contract() -> None:
    """Status, field and code are not in the contract; the callback is one of its samples."""
    schemas = spec.contract().openapi["components"]["schemas"]
    task = replies.task()["data"]

    assert task["task_status"] not in schemas["TaskStatus"]["enum"]
    assert [*{*task} - {*schemas["Task"]["properties"]}] == ["queue_length"]
    assert replies.refusal()["code"] not in schemas["ServiceCode"]["enum"]
    assert spec.faults_of("CallbackPayload", replies.callback()) == []


def test_replies_are_files(tmp_path: Path) -> None:
    """A program of any language finds them by name."""
    folder = replies.written(tmp_path / "new")

    assert sorted(path.name for path in folder.iterdir()) == [
        "callback.json",
        "refusal.json",
        "task.json",
    ]
    assert json.loads((folder / "task.json").read_text()) == replies.task()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout with one client and program; the workspace is in `build` below it."""
    for name, text in (
        ("generated/go/client.go", "at 127.0.0.1:8787"),
        ("contract_tests/clients/go/scenario/main.go", "at 127.0.0.1:8787"),
        ("contract_tests/clients/go/build/old", "built in place"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    monkeypatch.setattr(workspace, "ROOT", tmp_path)
    monkeypatch.setattr(workspace, "WORKSPACE", tmp_path / "build")
    return tmp_path


def test_programs_are_copied_for_the_mock_at_hand(copied: Path) -> None:
    """Only programs are changed; what a build left in the sources is not copied."""
    workspace.copy_into_workspace("go", {"127.0.0.1:8787": "127.0.0.1:41234"})

    program = copied / "build/contract_tests/clients/go"
    assert (copied / "build/generated/go/client.go").read_text() == "at 127.0.0.1:8787"
    assert (program / "scenario/main.go").read_text() == "at 127.0.0.1:41234"
    assert not (program / "build").exists()
    assert (copied / "contract_tests/clients/go/scenario/main.go").read_text().endswith("8787")


def test_a_second_copy_keeps_what_was_built(copied: Path) -> None:
    """Files that did not change keep their time, results of a build stay, what is gone goes."""
    workspace.copy_into_workspace("go", {})
    program = copied / "build/contract_tests/clients/go"
    (program / "build").mkdir()
    (program / "build/scenario").write_text("a binary")
    before = (copied / "build/generated/go/client.go").stat().st_mtime_ns
    (copied / "contract_tests/clients/go/scenario/main.go").rename(
        copied / "contract_tests/clients/go/main.go"
    )

    workspace.copy_into_workspace("go", {})

    assert (copied / "build/generated/go/client.go").stat().st_mtime_ns == before
    assert (program / "build/scenario").is_file()
    assert not (program / "scenario/main.go").exists()
    assert (program / "main.go").is_file()


LOCK = """\
version = 4

[[package]]
name = "ours"
version = "1.0.0"

[[package]]
name = "serde"
version = "1.0.2"
source = "registry+SOMEWHERE"
checksum = "ab"
"""


def test_a_lock_without_addresses_is_made_whole() -> None:
    """What is pinned stays pinned, and where crates come from is told by a fresh lock."""
    kept = workspace.without_sources(LOCK)
    fresh = LOCK.replace("1.0.2", "1.0.9").replace("SOMEWHERE", "ELSEWHERE")

    assert "source" not in kept
    assert workspace.restore_sources(kept, LOCK) == LOCK
    restored = tomllib.loads(workspace.restore_sources(kept, fresh))["package"][1]
    assert (restored["version"], restored["source"]) == ("1.0.2", "registry+ELSEWHERE")


def test_two_registries_are_refused() -> None:
    """Nobody can tell then which crate came from where."""
    other = LOCK + '\n[[package]]\nname = "x"\nversion = "1"\nsource = "registry+OTHER"\n'

    with pytest.raises(ValueError, match="expected one registry"):
        workspace.restore_sources(workspace.without_sources(LOCK), other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_without_its_tools_is_left_out_by_name(
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The run goes on with status 0 and names the command that installs the tool."""
    monkeypatch.setattr("shutil.which", lambda _tool: None)
    monkeypatch.setattr(runner, "WORKSPACE", tmp_path)

    assert runner.main([language]) == 0

    tool, about = next(iter(page.settings()[language]["tools"].items()))
    told = capsys.readouterr().out
    assert f"skipped: {tool} is not installed; run: {about['install']}" in told
    (result,) = json.loads((tmp_path / "result.json").read_text())
    assert result["outcome"].startswith("skipped: ")


def test_a_program_that_fails_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The status is 1 and the text has what the program said."""

    def played(*_arguments: object) -> runner.Result:
        msg = "line 5: expected 1201, got None"
        raise runner.ProgramFailed(msg)

    monkeypatch.setattr(runner, "missing_tools", lambda _settings: iter(()))
    monkeypatch.setattr(runner, "WORKSPACE", tmp_path)
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / "generated/go").mkdir(parents=True)
    (tmp_path / "generated/go/README.md").write_text("")
    monkeypatch.setattr(runner, "_played", played)

    assert runner.main(["go"]) == 1
    assert "failed: line 5: expected 1201" in capsys.readouterr().out


def test_the_page_is_what_the_recorded_run_makes() -> None:
    """docs/clients.md, its table and its programs are rendered from what is beside them."""
    assert page.PAGE.read_text("utf-8") == page.render()


def test_the_recorded_run_passed_everywhere() -> None:
    """Each language has a row, with what it was built with, and each passed."""
    rows = page.results()

    assert [row["language"] for row in rows] == LANGUAGES
    assert {row["outcome"] for row in rows} == {"passed"}
    assert all(row["tools"] and row["files"] and row["scenario_s"] for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_a_program_that_is_run(language: str) -> None:
    """What stands under "Use it from ..." is the first call that the runner plays."""
    about = page.settings()[language]
    program = page.PROGRAMS / language / about["test"]["first_call"]["file"]

    assert program.read_text("utf-8").strip() in page.PAGE.read_text("utf-8")
    assert about["test"]["first_call"]["run"]

"""`make client` gives the same bytes each time, says what is wrong, and breaks nothing."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import respx

ROOT = Path(__file__).parents[3]
GENERATED = ROOT / "generated" / "python"


@pytest.fixture
def make_client() -> ModuleType:
    """Return make_client.py, which is a script, as a module of its own for each test."""
    found = importlib.util.spec_from_file_location(
        "make_client", ROOT / "spec" / "client" / "make_client.py"
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder with their bytes, without what Python leaves there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_committed_client_is_fresh(make_client: ModuleType, tmp_path: Path) -> None:
    """Generating again gives the files of generated/python, and no others."""
    make_client.main(["--output", str(tmp_path / "made")])

    assert tree(tmp_path / "made") == tree(GENERATED)
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_the_surroundings_do_not_matter(
    make_client: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another PATH, hash seed, working folder or ruff setting nearby changes no byte."""
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")
    (tmp_path / ".gitignore").write_text("*\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHASHSEED", "42")

    make_client.main(["--output", "made"])

    assert tree(tmp_path / "made") == tree(GENERATED)


def test_no_stale_file_stays(make_client: ModuleType, tmp_path: Path) -> None:
    """An earlier client is replaced as a whole."""
    old = tmp_path / "made"
    old.mkdir()
    (old / "README.md").write_bytes((GENERATED / "README.md").read_bytes())
    (old / "left_over.py").write_text("")

    make_client.main(["--output", str(old)])

    assert tree(old) == tree(GENERATED)


def test_a_foreign_folder_is_left_alone(make_client: ModuleType, tmp_path: Path) -> None:
    """A folder that is not a generated client is not replaced."""
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(SystemExit, match="does not look like a generated client"):
        make_client.main(["--output", str(tmp_path)])
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("package", ["openapi-python-client", "ruff"])
def test_another_version_is_refused(
    make_client: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    """With another generator or formatter nothing is made, and the message says what to do."""
    monkeypatch.setattr(make_client, "PINS", {**make_client.PINS, package: "0.0.1"})

    with pytest.raises(
        SystemExit, match=rf"{package} is .*, but must be 0\.0\.1.*requirements/dev"
    ):
        make_client.main(["--output", str(tmp_path / "made")])
    assert not (tmp_path / "made").exists()


def test_what_the_generator_says_is_shown(
    make_client: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning of the generator ends the run with its words, and the old client stays."""
    text = (ROOT / "spec" / "openapi.yaml").read_text()
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text.replace('"503": {', '"5ZZ": {'))
    monkeypatch.setattr(make_client, "SPEC", spec)

    with pytest.raises(SystemExit, match="5ZZ"):
        make_client.main(["--output", str(tmp_path / "made")])
    assert [path.name for path in tmp_path.iterdir()] == ["openapi.yaml"]


def test_the_pins_agree(make_client: ModuleType) -> None:
    """The versions in make_client.py are those that pyproject.toml installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pins = {f"{package}=={version}" for package, version in make_client.PINS.items()}

    groups = project["dependency-groups"].values()
    installed = {line for group in groups for line in group if isinstance(line, str)}
    assert pins <= installed


def test_every_template_replaces_one(make_client: ModuleType) -> None:
    """Each template has the name of one of the generator's and is described in the README."""
    package = importlib.util.find_spec("openapi_python_client")
    assert package is not None
    assert package.submodule_search_locations is not None
    theirs = Path(package.submodule_search_locations[0], "templates")
    ours = make_client.HERE / "templates"
    readme = (ours / "README.md").read_text()

    for template in ours.glob("*.jinja"):
        assert (theirs / template.name).is_file()
        assert template.read_bytes() != (theirs / template.name).read_bytes()
        assert f"`{template.name}`" in readme
    assert make_client.PINS["openapi-python-client"] in readme


@pytest.mark.parametrize(
    "path", [path for path in sorted(tree(GENERATED)) if not path.endswith("py.typed")]
)
def test_generated_files_say_so(make_client: ModuleType, path: str) -> None:
    """Every generated file says on line one that it is not to be edited."""
    first = (GENERATED / path).read_text().split("\n")[0]

    assert make_client.NOTICE in first


def test_the_readme_works(respx_mock: respx.MockRouter, capsys: pytest.CaptureFixture[str]) -> None:
    """The first call of the README runs and prints what it found."""
    (code,) = re.findall(r"```python\n(.*?)```", (GENERATED / "README.md").read_text(), re.DOTALL)
    face = {"face_id": "0", "face_image": "https://a.example", "start_time": 0, "end_time": 5200}
    data = {"session_id": "7", "final_unit_deduction": "0.05", "face_data": [face]}
    respx_mock.post("http://127.0.0.1:8787/v1/videos/identify-face").respond(
        json={"code": 0, "message": "SUCCEED", "request_id": "r", "data": data}
    )

    exec(code, {})  # noqa: S102 - the code is ours, and the point of the test

    assert capsys.readouterr().out == "7 0 0 5200\n"


def test_parameters_have_one_meaning(make_client: ModuleType, spec: dict[str, Any]) -> None:
    """Two parameters of one name and two meanings are refused, for one would be told wrongly."""
    other = {"name": "pageNum", "in": "query", "description": "Something else."}
    calls = {"get": {"parameters": [other]}}
    changed = {**spec, "paths": {**spec["paths"], "/other": calls}}

    with pytest.raises(SystemExit, match="'pageNum' and mean different things"):
        make_client.parameter_descriptions(changed)

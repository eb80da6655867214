"""The compiled contract is used only while it is that of the YAML files beside it."""

import json
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from kling_lipsync import contract
from kling_lipsync.rulebook import SpecError
from kling_lipsync.tests.builders import real_contract

RULE = "create.crop-length"


@lru_cache(maxsize=1)
def _compiled_now() -> dict[str, Any]:
    return contract.compile_contract(contract.spec_folder())


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the spec and of its compiled form, which the module reads from now on."""
    spec = contract.spec_folder()
    for folder in ("spec", "generated"):
        (tmp_path / folder).mkdir()
    for name in contract.FILES:
        shutil.copy(spec / name, tmp_path / "spec" / name)
    documents = _compiled_now()
    (tmp_path / "generated" / "contract.json").write_text(json.dumps(documents), "utf-8")
    monkeypatch.setattr(contract, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(contract, "_PACKAGED", tmp_path / "not-a-wheel")
    return tmp_path


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _forge(checkout: Path) -> None:
    """Change one sentence of the compiled form, so that it can be told from the YAML."""
    compiled = checkout / "generated" / "contract.json"
    documents = json.loads(compiled.read_bytes())
    documents["rules"]["rules"][RULE]["sentence"] = "FORGED"
    compiled.write_text(json.dumps(documents), "utf-8")


def test_the_compiled_form_is_the_yaml() -> None:
    """What is compiled today is what lies in generated/contract.json."""
    compiled = json.loads(contract.compiled_path().read_bytes())

    assert compiled == _compiled_now()


def test_a_matching_compiled_form_is_used(checkout: Path) -> None:
    """While the checksum matches, no YAML is parsed."""
    _forge(checkout)

    assert contract.load_contract().rulebook.rules[RULE].sentence == "FORGED"


@pytest.mark.parametrize("name", contract.FILES)
def test_an_edited_file_is_read_at_once(checkout: Path, name: str) -> None:
    """An edit of any of the files, even a comment, makes the YAML count."""
    _forge(checkout)
    with (checkout / "spec" / name).open("a", encoding="utf-8") as file:
        file.write("# edited\n")

    assert contract.load_contract().rulebook.rules[RULE].sentence != "FORGED"


def test_a_missing_compiled_form_is_no_obstacle(checkout: Path) -> None:
    """Without the compiled form the YAML is read."""
    (checkout / "generated" / "contract.json").unlink()

    assert contract.load_contract() == _moved(checkout)


@pytest.mark.parametrize("content", ["", "<<<<<<< HEAD", "{}", "[]"])
def test_a_broken_compiled_form_is_no_obstacle(checkout: Path, content: str) -> None:
    """A compiled form that holds no checksum matches no YAML, and the YAML is read."""
    (checkout / "generated" / "contract.json").write_text(content, "utf-8")

    assert contract.load_contract() == _moved(checkout)


def _moved(checkout: Path) -> contract.Contract:
    return contract.contract_from(_compiled_now(), checkout / "spec")


def test_an_edited_spec_is_checked(checkout: Path) -> None:
    """An unknown key in an edited rulebook is refused with its place."""
    _edit(checkout / "spec" / "rules.yaml", f"  {RULE}:\n", f"  {RULE}:\n    colour: red\n")

    with pytest.raises(SpecError, match=f"rules.{RULE}: unknown key 'colour'"):
        contract.load_contract()


def test_an_unknown_top_key_of_openapi_is_refused(checkout: Path) -> None:
    """openapi.yaml has the known top-level keys only."""
    _edit(checkout / "spec" / "openapi.yaml", "\npaths:", "\nx-colour: red\npaths:")

    with pytest.raises(SpecError, match=r"openapi\.yaml: unknown key 'x-colour'; the keys "):
        contract.load_contract()


def test_a_key_that_stands_twice_is_refused(checkout: Path) -> None:
    """YAML would silently take the second one."""
    _edit(checkout / "spec" / "rules.yaml", "version: 1\n", "version: 1\nversion: 1\n")

    with pytest.raises(SpecError, match="the key 'version' stands here twice"):
        contract.load_contract()


def test_a_guessed_date_is_refused(checkout: Path) -> None:
    """A date without quotation marks would become a value that JSON does not have."""
    _edit(checkout / "spec" / "rules.yaml", 'seen: "2026-09-20"', "seen: 2026-09-20")

    with pytest.raises(SpecError, match="2026-09-20"):
        contract.load_contract()


def test_a_file_that_is_no_yaml_is_a_spec_error(checkout: Path) -> None:
    """A slip of the pen is told as every other mistake in the spec is, with its line."""
    _edit(checkout / "spec" / "rules.yaml", "version: 1\n", "version: [1\n")

    with pytest.raises(SpecError, match=r"not well-formed YAML: (.|\n)*line "):
        contract.load_contract()


def test_the_wheel_has_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package carries a spec folder, that is read, with the compiled form in it."""
    monkeypatch.setattr(contract, "_PACKAGED", tmp_path)

    assert contract.spec_folder() == tmp_path
    assert contract.compiled_path() == tmp_path / "contract.json"


def test_the_bundle_has_no_extensions() -> None:
    """No `x-` key is left, at any depth, and everything else is."""
    bundle = real_contract().bundle()

    assert [key for key in _keys(bundle) if key.startswith("x-")] == []
    assert bundle["paths"].keys() == real_contract().openapi["paths"].keys()
    assert (
        bundle["components"]["schemas"].keys()
        == real_contract().openapi["components"]["schemas"].keys()
    )


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [str(key) for key in value] + [k for child in value.values() for k in _keys(child)]
    if isinstance(value, list):
        return [key for child in value for key in _keys(child)]
    return []


def test_the_vendor_hosts_are_those_of_its_servers() -> None:
    """The local mock, which stands beside them, is none."""
    assert real_contract().vendor_hosts() == (
        "api-singapore.klingai.com",
        "api-beijing.klingai.com",
    )


def test_every_rule_has_the_line_where_it_stands() -> None:
    """The line of a rule is that of its name in rules.yaml."""
    real = real_contract()
    text = (contract.spec_folder() / "rules.yaml").read_text("utf-8").splitlines()
    named = {name: text[line - 1] for name, line in real.lines.items()}

    assert named == {name: f"  {name}:" for name in real.rulebook.rules}


def test_compiling_writes_what_is_read(checkout: Path) -> None:
    """The command checks the contract and writes the form that is then loaded."""
    (checkout / "generated" / "contract.json").write_text("{}", "utf-8")

    contract.main()

    written = json.loads((checkout / "generated" / "contract.json").read_bytes())
    assert written["checksum"] == contract.checksum(checkout / "spec")
    assert contract.load_contract() == _moved(checkout)

"""What the clients and their programs are made with is pinned, and the pins agree."""

import json
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SPEC = yaml.safe_load((ROOT / "spec/openapi.yaml").read_bytes())


def test_the_versions_are_those_that_are_locked(make_clients: ModuleType) -> None:
    """What the files and the READMEs say of generators is what is installed."""
    locked = (ROOT / "requirements/clients.txt").read_text()
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    node = json.loads((ROOT / "spec/clients/node/package.json").read_text())["devDependencies"]

    for language, client in make_clients.clients().items():
        version = client.settings["version"]
        if language == "typescript":
            for word in version.split(", "):
                package, number = word.split(" ")
                assert node[package] == number
        else:
            assert f"openapi-generator-cli=={version} " in locked
            assert any(f"=={version}" in str(line) for line in groups["clients"])


@pytest.mark.parametrize(
    "lock",
    [
        "spec/clients/node/package-lock.json",
        "spec/clients/files/typescript/package-lock.json",
        "contract_tests/clients/typescript/package-lock.json",
    ],
)
def test_locks_hold_no_addresses(lock: str) -> None:
    """A lock says which bytes, not from where; that is for each machine to know."""
    packages = json.loads((ROOT / lock).read_text())["packages"]

    assert not any("://" in package.get("resolved", "") for package in packages.values())
    assert all(
        "integrity" in package
        for name, package in packages.items()
        if name.startswith("node_modules/") and "link" not in package
    )


def test_the_crates_are_locked_without_addresses() -> None:
    """Rust's lock, too, and it has a checksum for each crate but our own two."""
    text = (ROOT / "contract_tests/clients/rust/locked.toml").read_text()
    packages = tomllib.loads(text)["package"]

    assert "source" not in text
    assert {package["name"] for package in packages if "checksum" not in package} == {
        "kling-lipsync-api",
        "kling-lipsync-contract-tests",
    }


def test_programs_ask_for_the_version_that_is_made() -> None:
    """Where a build file or a lock names the client's version, it is the contract's."""
    version = SPEC["info"]["version"]
    programs = ROOT / "contract_tests/clients"
    lock = json.loads((programs / "typescript/package-lock.json").read_text())
    crates = tomllib.loads((programs / "rust/locked.toml").read_text())["package"]

    assert lock["packages"]["../../../generated/typescript"]["version"] == version
    assert [c["version"] for c in crates if c["name"] == "kling-lipsync-api"] == [version]
    for language in ("java", "kotlin"):
        pom = (programs / language / "program/pom.xml").read_text()
        assert re.search(
            rf"<artifactId>kling-lipsync-api[^/]*</artifactId>\s*<version>{version}<", pom
        )

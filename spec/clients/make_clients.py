#!/usr/bin/env python3
"""Makes the clients of other languages in generated/LANG out of spec/openapi.yaml.

Each LANG.yaml beside this file pins a generator and its options. The same spec gives the same
bytes, and the whole output folder is replaced, so that no file of an older spec stays.
The generators are installed at the first run; installing.py says where.
"""

import argparse
import json
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

import installing
import yaml
from attrs import frozen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = HERE.parent / "openapi.yaml"
OUTPUT = ROOT / "generated"
PROGRAMS = ROOT / "contract_tests/clients"

UNKNOWN = "UNKNOWN_DEFAULT_OPEN_API"
"""What openapi-generator calls the value that it adds to an enum for those that are new."""

_OPEN = ("additionalProperties", True)
_FENCES = {
    ".go": "go",
    ".java": "java",
    ".kt": "kotlin",
    ".rs": "rust",
    ".php": "php",
    ".rb": "ruby",
}


class Stale(Exception):
    """A client is not what another run makes; the text names a file."""


@frozen
class Client:
    """What one LANG.yaml says."""

    language: str
    settings: Mapping[str, Any]

    @property
    def notice(self) -> str:
        """The line that says that a folder is generated, by what and how to make it again."""
        maker = f"{self.settings['generator']} {self.settings['version']}"
        return (
            f"Generated from spec/openapi.yaml by {maker.removeprefix('npm ')};"
            f" do not edit: make client-{self.language}."
        )

    @property
    def first_call(self) -> Path:
        """The program that the README shows."""
        return PROGRAMS / self.language / str(self.settings["test"]["first_call"]["file"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the clients named, or all; return 1 when one failed, or was named and lacks a tool."""
    known = clients()
    parser = argparse.ArgumentParser(description="Make clients out of spec/openapi.yaml.")
    parser.add_argument("languages", nargs="*", metavar="LANG", help=f"of {', '.join(known)}")
    parser.add_argument("--check", action="store_true", help="only tell what another run changes")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.languages) - set(known))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    failed = False
    for language in given.languages or known:
        try:
            said = (check if given.check else make)(known[language], OUTPUT / language)
        except installing.MissingTool as missing:
            said = f"not made: {missing}"
            failed = failed or bool(given.languages)
        except (installing.CommandFailed, Stale, FileExistsError) as failure:
            said = str(failure)
            failed = True
        sys.stdout.write(f"client-{language}: {said}\n")
    return int(failed)


def check(client: Client, output: Path) -> str:
    """Make the client once more, aside; raise Stale unless it has the bytes of the folder."""
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder, client.language)
        make(client, again)
        names = sorted({*_files(output), *_files(again)})
        differing = [name for name in names if _bytes(output / name) != _bytes(again / name)]
    if differing:
        msg = f"{len(differing)} files differ in another run, such as {differing[0]}"
        raise Stale(msg)
    return f"the same {len(names)} files in another run"


def _files(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def clients() -> dict[str, Client]:
    """Return what the LANG.yaml files say, by language."""
    return {
        path.stem: Client(path.stem, yaml.safe_load(path.read_bytes()))
        for path in sorted(HERE.glob("*.yaml"))
    }


def make(client: Client, output: Path) -> str:
    """Replace a folder by the client and say where it is.

    Raises MissingTool, CommandFailed, or FileExistsError if the folder holds something else.
    """
    check_replaceable(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".make-clients-", dir=output.parent) as scratch:
        made, spec = Path(scratch, "made"), Path(scratch, "openapi.json")
        made.mkdir()
        names = bool(client.settings.get("names_for_numbers", True))
        contract = for_generators(yaml.safe_load(SPEC.read_bytes()), names_for_numbers=names)
        spec.write_text(json.dumps(contract, indent=1), "utf-8")
        generate = run_npm if client.settings["generator"] == "npm" else run_openapi_generator
        generate(client, spec, made)
        version = str(contract["info"]["version"])
        add_own_files(client, made, version)
        (made / "README.md").write_text(readme(client, version), "utf-8")
        if output.exists():
            output.rename(Path(scratch, "old"))
        made.rename(output)
    return str(output)


def check_replaceable(output: Path) -> None:
    """Raise FileExistsError if a folder holds anything but an earlier client."""
    readme_file = output / "README.md"
    if output.exists() and not (
        readme_file.is_file() and "do not edit: make client" in readme_file.read_text("utf-8")
    ):
        msg = (
            f"{output} would be replaced as a whole, but does not look like a generated client."
            " Remove it first, or give another --output."
        )
        raise FileExistsError(msg)


def for_generators(contract: dict[str, Any], *, names_for_numbers: bool) -> dict[str, Any]:
    """Return the contract as generators take it best; what it means stays.

    They repeat the description at the top of each file, so it is the summary. They make up names
    for the numbers of an enum, some of which their own code for new values does not find. And
    Kotlin's makes a map, which sends no fields, of an object that says what holds anyway: that
    it may have other fields.
    """
    info = {key: value for key, value in contract["info"].items() if key != "summary"}
    schemas = {
        name: {key: value for key, value in schema.items() if (key, value) != _OPEN}
        | (_names(schema) if names_for_numbers else {})
        for name, schema in contract["components"]["schemas"].items()
    }
    return {
        **contract,
        "info": {**info, "description": contract["info"]["summary"]},
        "components": {**contract["components"], "schemas": schemas},
    }


def _names(schema: Mapping[str, Any]) -> dict[str, Any]:
    if schema.get("type") != "integer" or "enum" not in schema:
        return {}
    return {"x-enum-varnames": [*(f"CODE_{value}" for value in schema["enum"]), UNKNOWN]}


def run_openapi_generator(client: Client, spec: Path, output: Path) -> None:
    """Run openapi-generator with the client's settings and without the files that it drops."""
    generator = installing.openapi_generator()
    config = spec.with_name("config.json")
    config.write_text(json.dumps(_config(client)), "utf-8")
    ignore = output / ".openapi-generator-ignore"
    ignore.write_text("".join(f"{line}\n" for line in client.settings["drop"]), "utf-8")
    command = [generator, "generate"]
    command += ["-i", spec, "-o", output, "-c", config, "--ignore-file-override", ignore]
    if "templates" in client.settings:
        command += ["-t", HERE / "templates" / client.settings["templates"]]
    installing.run(command, output)
    ignore.unlink()
    shutil.rmtree(output / ".openapi-generator")


def _config(client: Client) -> dict[str, Any]:
    quiet = dict.fromkeys(("apiDocs", "modelDocs", "apiTests", "modelTests"), "false")
    return {"globalProperties": quiet, **client.settings["config"]}


def run_npm(client: Client, spec: Path, output: Path) -> None:
    """Run the client's commands, each a tool out of spec/clients/node."""
    tools = installing.node_tools(client.settings["tools"])
    given = {"SPEC": str(spec), "OUTPUT": str(output)}
    for line in client.settings["commands"]:
        tool, *words = (Template(part).substitute(given) for part in shlex.split(line))
        installing.run([tools / "node_modules/.bin" / tool, *words], tools, given)


def add_own_files(client: Client, output: Path, version: str) -> None:
    """Copy files/LANG over what was generated; `@version@` becomes the contract's version."""
    source = HERE / "files" / client.language
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        target = output / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8").replace("@version@", version), "utf-8")


def readme(client: Client, version: str) -> str:
    """Return the README of a client."""
    settings = client.settings
    return Template((HERE / "README.in.md").read_text("utf-8")).substitute(
        notice=client.notice,
        title=settings["title"],
        version=version,
        package=settings["package"],
        fence=_FENCES.get(client.first_call.suffix, "typescript"),
        first_call=client.first_call.read_text("utf-8").strip(),
        build="\n".join(f"$ {command}" for command in settings["build"]),
        notes="\n".join(f"- {note}" for note in settings["notes"]),
    )


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes the clients of other languages in generated/LANG out of spec/openapi.yaml.

Each LANG.yaml beside this file pins a generator and its options. The same spec gives the same
bytes, and the whole output folder is replaced, so that no file of an older spec stays.
The generators themselves are installed at the first run: openapi-generator, with the Java that it
needs, into .venv-clients, and those of TypeScript into spec/clients/node.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Any

import yaml
from attrs import frozen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = HERE.parent / "openapi.yaml"
LOCKED = ROOT / "requirements/clients.txt"
JVM_TOOLS = ROOT / ".venv-clients"
NODE_TOOLS = HERE / "node"
PROGRAMS = ROOT / "contract_tests/clients"

UNKNOWN = "UNKNOWN_DEFAULT_OPEN_API"
"""What openapi-generator calls the value that it adds to an enum for those that are new."""

_OPEN = ("additionalProperties", True)
_BIN = "Scripts" if os.name == "nt" else "bin"
_FENCES = {".go": "go", ".java": "java", ".kt": "kotlin", ".rs": "rust", ".php": "php", ".rb": "ruby"}


class MissingTool(Exception):
    """A program that is needed is not installed; the text names the command that installs it."""


class GeneratorFailed(Exception):
    """A generator or an installation did not end well; the text holds what it said."""


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
    """Make the clients named, or all; return 1 when one that was named could not be made."""
    known = clients()
    parser = argparse.ArgumentParser(description="Make clients out of spec/openapi.yaml.")
    parser.add_argument("languages", nargs="*", metavar="LANG", help=f"of {', '.join(known)}")
    parser.add_argument("--output", type=Path, default=ROOT / "generated", help="parent folder")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.languages) - set(known))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    failed = False
    for language in given.languages or known:
        try:
            make(known[language], given.output.resolve() / language)
        except MissingTool as missing:
            sys.stderr.write(f"client-{language}: not made: {missing}\n")
            failed = failed or bool(given.languages)
        except GeneratorFailed as failure:
            sys.stderr.write(f"client-{language}: {failure}\n")
            failed = True
        else:
            sys.stdout.write(f"client-{language}: {given.output / language}\n")
    return int(failed)


def clients() -> dict[str, Client]:
    """Return what the LANG.yaml files say, by language."""
    return {
        path.stem: Client(path.stem, yaml.safe_load(path.read_bytes()))
        for path in sorted(HERE.glob("*.yaml"))
    }


def make(client: Client, output: Path) -> None:
    """Replace a folder by the client; raise MissingTool, GeneratorFailed or FileExistsError."""
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
    install_openapi_generator()
    config = spec.with_name("config.json")
    config.write_text(json.dumps(_config(client)), "utf-8")
    ignore = output / ".openapi-generator-ignore"
    ignore.write_text("".join(f"{line}\n" for line in client.settings["drop"]), "utf-8")
    command = [JVM_TOOLS / _BIN / "openapi-generator-cli", "generate"]
    command += ["-i", spec, "-o", output, "-c", config, "--ignore-file-override", ignore]
    if "templates" in client.settings:
        command += ["-t", HERE / "templates" / client.settings["templates"]]
    _run(command, output)
    ignore.unlink()
    shutil.rmtree(output / ".openapi-generator")


def _config(client: Client) -> dict[str, Any]:
    quiet = dict.fromkeys(("apiDocs", "modelDocs", "apiTests", "modelTests"), "false")
    return {"globalProperties": quiet, **client.settings["config"]}


def run_npm(client: Client, spec: Path, output: Path) -> None:
    """Run the client's commands, each a tool out of spec/clients/node."""
    install_node_tools(client)
    given = {"SPEC": str(spec), "OUTPUT": str(output)}
    for line in client.settings["commands"]:
        tool, *words = (Template(part).substitute(given) for part in shlex.split(line))
        _run([NODE_TOOLS / "node_modules/.bin" / tool, *words], NODE_TOOLS, given)


def install_openapi_generator() -> None:
    """Install the locked openapi-generator unless it is there."""
    ready = JVM_TOOLS / ".ready"
    if ready.is_file() and ready.read_bytes() == LOCKED.read_bytes():
        return
    python = JVM_TOOLS / _BIN / "python"
    _run([sys.executable, "-m", "venv", JVM_TOOLS], ROOT)
    _run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCKED], ROOT)
    shutil.copyfile(LOCKED, ready)


def install_node_tools(client: Client) -> None:
    """Install the locked generators of TypeScript unless they are there."""
    ready, locked = NODE_TOOLS / "node_modules/.ready", NODE_TOOLS / "package-lock.json"
    check_tools(client)
    if ready.is_file() and ready.read_bytes() == locked.read_bytes():
        return
    _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], NODE_TOOLS)
    shutil.copyfile(locked, ready)


def check_tools(client: Client) -> None:
    """Raise MissingTool unless everything that the client is built with can be run."""
    for tool, about in client.settings["tools"].items():
        if shutil.which(tool) is None:
            msg = f"{tool} is not installed; run: {about['install']}"
            raise MissingTool(msg)


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


def _run(
    command: Sequence[object], folder: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> None:
    words = [str(word) for word in command]
    # Options that somebody set for all Java programs would change what the generator does.
    env = {name: value for name, value in os.environ.items() if name != "JAVA_OPTS"} | variables
    done = subprocess.run(  # noqa: S603 - every word of the command is ours
        words, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        msg = f"{shlex.join(words)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        raise GeneratorFailed(msg)


if __name__ == "__main__":
    sys.exit(main())

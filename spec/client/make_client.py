#!/usr/bin/env python3
"""Makes the client in generated/python out of spec/openapi.yaml.

Runs openapi-python-client with the settings and templates beside this file. The same spec gives
the same bytes, and the whole output folder is replaced, so that no file of an older spec stays.
What the generator does not hand to templates (the servers, the table of service codes and what the
parameters mean) reaches them as one more template, `spec.jinja`.
This file must never know what the client looks like.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SPEC = HERE.parent / "openapi.yaml"
OUTPUT = HERE.parent.parent / "generated" / "python"

# The generator's version decides what the templates must look like, both decide the bytes.
# Before another generator stands here, follow templates/README.md.
PINS = MappingProxyType({"openapi-python-client": "0.29.1", "ruff": "0.17.6"})

NOTICE = (
    "Generated from spec/openapi.yaml by openapi-python-client"
    f" {PINS['openapi-python-client']}; do not edit: make client."
)
NOTICE_LINES = MappingProxyType({".py": f"# {NOTICE}\n", ".md": f"<!-- {NOTICE} -->\n"})

# The generator also writes a pyproject.toml and a .gitignore; this project has its own.
KEPT = ("README.md", "kling_lipsync_api")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the client, in generated/python or in the folder given."""
    parser = argparse.ArgumentParser(description="Make the client out of spec/openapi.yaml.")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder to replace")
    output: Path = parser.parse_args(arguments).output.resolve()
    check_versions()
    check_replaceable(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".make-client-", dir=output.parent) as scratch:
        templates, made = Path(scratch, "templates"), Path(scratch, "made")
        write_templates(templates)
        run_generator(templates, made)
        fresh = Path(scratch, "fresh")
        fresh.mkdir()
        for name in KEPT:
            (made / name).rename(fresh / name)
        add_notices(fresh)
        if output.exists():
            output.rename(Path(scratch, "old"))
        fresh.rename(output)


def check_versions() -> None:
    """Exit with an explanation unless the pinned generator and formatter are installed."""
    for package, pinned in PINS.items():
        try:
            installed = version(package)
        except PackageNotFoundError:
            installed = "missing"
        if installed != pinned:
            msg = (
                f"make_client: {package} is {installed}, but must be {pinned}, or the client would"
                f" come out differently. Install requirements/dev.txt, or see {HERE}/templates"
                "/README.md for how to move to another version."
            )
            raise SystemExit(msg)


def check_replaceable(output: Path) -> None:
    """Exit with an explanation if `output` holds anything but an earlier client."""
    readme = output / "README.md"
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    if (
        not readme.is_file()
        or "do not edit: make client" not in readme.read_text("utf-8").split("\n")[0]
    ):
        msg = (
            f"make_client: {output} would be replaced as a whole, but does not look like a"
            " generated client. Remove it first, or give another --output."
        )
        raise SystemExit(msg)


def write_templates(folder: Path) -> None:
    """Copy the templates into `folder`, and write `spec.jinja` beside them."""
    spec = yaml.safe_load(SPEC.read_bytes())
    shutil.copytree(HERE / "templates", folder)
    # A Python literal of lists, dicts, texts, numbers and None is a Jinja literal, too.
    lines = [
        f"{{% set {name} = {value!r} %}}\n"
        for name, value in (
            ("servers", spec["servers"]),
            ("service_codes", service_codes(spec["x-errors"])),
            ("parameters", parameter_descriptions(spec)),
        )
    ]
    (folder / "spec.jinja").write_text("".join(lines), encoding="utf-8")


def service_codes(errors: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of `x-errors`, each with its code as a number, and `retry` in all of them."""
    return [{"code": int(code), "retry": None, **row} for code, row in errors.items()]


def parameter_descriptions(spec: dict[str, Any]) -> dict[str, str]:
    """Return what each parameter means, by its name, which must mean the same everywhere."""
    shared = spec["components"]["parameters"]
    meanings: dict[str, str] = {}
    for path in spec["paths"].values():
        for parameter in (found for call in path.values() for found in call.get("parameters", ())):
            resolved = (
                shared[parameter["$ref"].split("/")[-1]] if "$ref" in parameter else parameter
            )
            name, meaning = resolved["name"], resolved["description"]
            if meanings.setdefault(name, meaning) != meaning:
                msg = f"make_client: two parameters are called {name!r} and mean different things."
                raise SystemExit(msg)
    return meanings


def run_generator(templates: Path, output: Path) -> None:
    """Run the generator; exit with what it said if it is not entirely satisfied."""
    scripts = sysconfig.get_path("scripts")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--meta", "uv", "--path", str(SPEC), "--config", str(HERE / "config.yaml")]
    command += ["--custom-template-path", str(templates), "--output-path", str(output)]
    run = subprocess.run(  # noqa: S603 - every word of the command is ours
        command,
        # The post hooks look ruff up in PATH; it must be the one that was checked.
        env={**os.environ, "PATH": os.pathsep.join((scripts, os.environ.get("PATH", "")))},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        msg = f"make_client: the generator failed.\n{run.stdout}{run.stderr}"
        raise SystemExit(msg)


def add_notices(folder: Path) -> None:
    """Put the notice that it is generated on line one of every file that can hold one."""
    for path in folder.rglob("*"):
        notice = NOTICE_LINES.get(path.suffix)
        if notice:
            path.write_text(notice + path.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()

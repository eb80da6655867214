"""docs/clients.md: what the last recorded run of the client tests showed, and how to begin.

The page is made from docs/clients.json, spec/clients/*.yaml and the programs that were run.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "spec/clients"
PROGRAMS = ROOT / "contract_tests/clients"
RESULT = ROOT / "docs/clients.json"
PAGE = ROOT / "docs/clients.md"

_HEAD = Template("""\
<!-- Made from docs/clients.json by `make clients-record`; do not edit. -->
# Clients for other languages

`make clients` generates one client for each language into `generated/LANG/` out of
`spec/openapi.yaml`; `make client-go` and its like make one. Each folder is ready to build as a
package of its language and has a README. The generators are pinned in `spec/clients/LANG.yaml`, and a
second run gives the same bytes. Python's own is in `generated/python` (`make client`).

`make clients-test` builds each client, and a program in that language's own style
(`contract_tests/clients/LANG/`) plays one scenario through it against a running mock: it signs a JWT,
identifies a face, creates a task, polls it, lists tasks, reads the service code of a refused create,
decodes a status, a code and a field that the contract does not have, and a callback.
All programs must say the same, line by line: `contract_tests/clients/expected.jsonl`.

| language | generator | built and run with | files, lines | checks | build s | scenario s | result |
|---|---|---|---|---|---|---|---|
$rows

Measured on one machine with two shared cores, downloads done. Ids are strings in all of them.
Statuses and codes that are new fail in none: each becomes one value that says so, or comes as it is.
""")

_SECTION = Template("""
## Use it from $title

```console
$$ make client-$language
```

That is $package.

```$fence
$first_call
```

Build it with $build.

$notes
""")

_FENCES = {".go": "go", ".java": "java", ".kt": "kotlin", ".php": "php", ".rb": "ruby", ".rs": "rust"}


def settings() -> dict[str, Mapping[str, Any]]:
    """Return what spec/clients/*.yaml say, by language."""
    return {
        path.stem: yaml.safe_load(path.read_bytes()) for path in sorted(SETTINGS.glob("*.yaml"))
    }


def results() -> list[Mapping[str, Any]]:
    """Return the recorded results."""
    return list(json.loads(RESULT.read_bytes()))


def render() -> str:
    """Return the page."""
    known = settings()
    rows = "\n".join(_row(known[result["language"]], result) for result in results())
    sections = "".join(_section(language, about) for language, about in known.items())
    return _HEAD.substitute(rows=rows) + sections


def _row(about: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    cells = (
        about["title"],
        f"{about['generator']} {about['version']}".removeprefix("npm "),
        result["tools"],
        f"{result['files']}, {result['lines']:,}",
        about["checks"],
        result["build_s"],
        result["scenario_s"],
        result["outcome"],
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _section(language: str, about: Mapping[str, Any]) -> str:
    program = PROGRAMS / language / str(about["test"]["first_call"]["file"])
    return _SECTION.substitute(
        title=about["title"],
        language=language,
        package=about["package"],
        fence=_FENCES.get(program.suffix, "typescript"),
        first_call=program.read_text("utf-8").strip(),
        build=" and ".join(f"`{command}`" for command in about["build"]),
        notes="\n".join(f"- {note}" for note in about["notes"]),
    )


if __name__ == "__main__":
    sys.stdout.write(render())

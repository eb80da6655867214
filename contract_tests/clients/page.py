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

_HEAD = Template((PROGRAMS / "page.in.md").read_text("utf-8"))

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

_FENCES = {
    ".go": "go",
    ".java": "java",
    ".kt": "kotlin",
    ".php": "php",
    ".rb": "ruby",
    ".rs": "rust",
}


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
        f"{result['files']}, {result['lines']:,}",
        ", ".join(f"`{command}`" for command in about["build"]),
        result["tools"],
        about["checks"],
        about["limits"],
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

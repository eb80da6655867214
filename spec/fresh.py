"""`make fresh`: make everything generated again, aside, and fail when it differs from what is kept.

Nothing is written into the checkout.
"""

import filecmp
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from contract_tests.conformance import vectors
from kling_lipsync.contract import compile_contract, contract_from, spec_folder

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "generated"


def main() -> int:
    """Return 1 and name every file that differs; 0 when all are fresh."""
    stale = [*_stale_contract(), *_stale_client()]
    stale += [(f"contract_tests/vectors/{name}", "make vectors") for name in vectors.stale()]
    for name, remedy in stale:
        sys.stdout.write(f"not fresh: {name} (run: {remedy})\n")
    if not stale:
        sys.stdout.write("fresh: generated/ and contract_tests/vectors/ are what spec/ generates\n")
    return 1 if stale else 0


def _stale_contract() -> Iterator[tuple[str, str]]:
    documents = compile_contract(spec_folder())
    bundle = contract_from(documents, spec_folder()).bundle()
    for name, expected in (("contract.json", documents), ("openapi.json", bundle)):
        path = GENERATED / name
        if not path.is_file() or json.loads(path.read_bytes()) != expected:
            yield f"generated/{name}", "make contract"


def _stale_client() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "python"
        command = [
            sys.executable,
            str(ROOT / "spec/client/make_client.py"),
            "--output",
            str(output),
        ]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own script
        for name in sorted(_files(output) | _files(GENERATED / "python")):
            kept, made = GENERATED / "python" / name, output / name
            if not (kept.is_file() and made.is_file() and filecmp.cmp(kept, made, shallow=False)):
                yield f"generated/python/{name}", "make client"


def _files(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".mypy_cache" not in path.parts
    }


if __name__ == "__main__":
    sys.exit(main())

"""A copy of the clients and their programs to build in, so that no build writes into the sources.

Files that did not change keep their time, so that a second build is a short one.
"""

import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORKSPACE = ROOT / "build/clients"

_BUILT = {"target", "node_modules", "dist", "build"}
_COPIED = ".copied"


def program_folder(language: str) -> Path:
    """Return where the program of a language is built and run."""
    return WORKSPACE / "contract_tests/clients" / language


def copy_into_workspace(language: str, replacements: Mapping[str, str]) -> None:
    """Copy client and program; in programs, replace some texts by others."""
    for name, changes in (
        (f"generated/{language}", {}),
        (f"contract_tests/clients/{language}", None),
    ):
        _copy(ROOT / name, WORKSPACE / name, replacements if changes is None else changes)


def restore_sources(locked: str, fresh: str) -> str:
    """Return a Cargo.lock out of one without addresses; a fresh one tells where crates come from.

    Both texts list packages; those that have a checksum come from the registry.
    """
    sources = {p["source"] for p in tomllib.loads(fresh)["package"] if "source" in p}
    if len(sources) != 1:
        msg = f"the crates come from {sorted(sources)}, expected one registry"
        raise ValueError(msg)
    line = f'source = "{sources.pop()}"\nchecksum = '
    return locked.replace("\nchecksum = ", f"\n{line}")


def without_sources(lock: str) -> str:
    """Return a Cargo.lock without the lines that say where crates come from."""
    lines = lock.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("source = "))


def _copy(source: Path, target: Path, replacements: Mapping[str, str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    kept = target / _COPIED
    earlier = set(kept.read_text("utf-8").splitlines()) if kept.is_file() else set()
    now = {path.relative_to(source).as_posix() for path in _files(source)}
    for name in earlier - now:
        (target / name).unlink(missing_ok=True)
    for name in now:
        _write(target / name, _changed((source / name).read_bytes(), replacements))
        shutil.copymode(source / name, target / name)
    kept.write_text("".join(f"{name}\n" for name in sorted(now)), "utf-8")


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _BUILT:
            yield from _files(path)
        elif path.is_file():
            yield path


def _changed(content: bytes, replacements: Mapping[str, str]) -> bytes:
    for old, new in replacements.items():
        content = content.replace(old.encode(), new.encode())
    return content


def _write(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

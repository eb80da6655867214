"""Copies of the server's code, with some files changed, and how a process takes its server there.

A copy consists of hard links, except for what is changed; it is first on the way of modules for
this process while it loads the server, and for every process that is started later.
"""

import compileall
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from pathlib import Path

from contract_tests import targets
from contract_tests.selftest.mutants import CHECKOUT
from kling_lipsync.contract import compile_contract

LIBRARY = "kling_lipsync"
PACKAGES = (LIBRARY, "mock_server")
DATA = ("generated/contract.json", "generated/openapi.json")
_LEFT_OUT = shutil.ignore_patterns("tests", "__pycache__", "sources", "node_modules")


def copy_server(folder: Path) -> Path:
    """Copy what a server is made of into a folder, compiled; return the folder."""
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, folder / package, ignore=_LEFT_OUT)
    (folder / "spec").mkdir()
    (folder / "generated").mkdir()
    for path in (*DATA, *(f"spec/{one.name}" for one in (CHECKOUT / "spec").glob("*.yaml"))):
        shutil.copy2(CHECKOUT / path, folder / path)
    compileall.compile_dir(folder, quiet=1)
    return folder


def changed_copy(original: Path, folder: Path, files: Mapping[str, str]) -> Path:
    """Copy a copy by hard links, with these files (by path) changed; return the new folder.

    Raises SpecError for a changed spec that says something that cannot be.
    """
    shutil.copytree(original, folder, copy_function=os.link)
    for path, text in files.items():
        (folder / path).unlink()
        (folder / path).write_text(text, "utf-8")
    if any(path.startswith("spec/") for path in files):
        _compile_spec(folder)
    return folder


def _compile_spec(folder: Path) -> None:
    """Compile a changed spec, so that its servers start as quickly as all others."""
    compiled = folder / "generated" / "contract.json"
    compiled.unlink()
    compiled.write_text(json.dumps(compile_contract(folder / "spec")), "utf-8")


def start_from(folder: Path) -> None:
    """Let every process that this one starts from now on have the server in a folder."""
    os.environ["PYTHONPATH"] = str(folder)
    os.environ["PYTHONSAFEPATH"] = "1"


def serve_from(folder: Path) -> None:
    """Let every server that this process starts from now on be the one in a folder.

    The library stays the original for everybody else; only the server's own modules, which nobody
    but the targets uses, are those of the copy from now on.
    Raises whatever the copy raises when it is loaded and started.
    """
    start_from(folder)
    with _modules_from(folder):
        app = import_module("mock_server.app")
        settings = import_module("mock_server.settings")
        testing = import_module("mock_server.testing")
        late = [path.stem for path in sorted((folder / "mock_server").glob("[a-z]*.py"))]
        for name in (*late, "media.plain"):
            import_module(f"mock_server.{name}")  # what it imports late must be of the copy
    _put("create_server", app.create_server)
    _put("Settings", settings.Settings)
    _put("InProcessMock", testing.InProcessMock)
    targets.InProcess().close()


def _put(name: str, value: Callable[..., object]) -> None:
    setattr(targets, name, value)


@contextmanager
def _modules_from(folder: Path) -> Iterator[None]:
    """Import the server's packages from a folder; give the library back as it was before."""
    kept = {name: sys.modules.pop(name) for name in _names(*PACKAGES)}
    sys.path.insert(0, str(folder))
    invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in _names(LIBRARY):
            del sys.modules[name]
        sys.modules.update((name, kept[name]) for name in kept if name.startswith(LIBRARY))


def _names(*packages: str) -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] in packages]

"""The names that `kling_lipsync` gives: all there, all explained, and cheap to import."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from kling_lipsync_api.api import lip_sync
from kling_lipsync_api.types import Unset

import kling_lipsync
from kling_lipsync.client import reading

FILE = Path(kling_lipsync.__file__)


def _typed() -> set[str]:
    """Return the names that type checkers see."""
    tree = ast.parse(FILE.read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {name.name for node in imports for name in node.names}


def test_readers_checkers_and_star_see_the_same_names() -> None:
    """Three lists, one content."""
    assert set(kling_lipsync.__all__) == _typed() == set(kling_lipsync._HOME_OF)
    assert list(kling_lipsync.__all__) == sorted(kling_lipsync.__all__)
    assert set(kling_lipsync.__all__) <= set(dir(kling_lipsync))


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="nothing"):
        _ = kling_lipsync.nothing


@pytest.mark.parametrize("name", kling_lipsync.__all__)
def test_every_name_is_explained(name: str) -> None:
    """It has a docstring, and so has everything public in it."""
    thing = getattr(kling_lipsync, name)
    assert inspect.getdoc(thing)
    if not inspect.isclass(thing) or not thing.__module__.startswith("kling_lipsync.client"):
        return
    for own, member in vars(thing).items():
        if not own.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            assert inspect.getdoc(member), own


@pytest.mark.parametrize("client", [kling_lipsync.LipSync, kling_lipsync.AsyncLipSync])
def test_every_verb_says_what_it_raises_and_in_which_units(client: type) -> None:
    """Limits are in s, times in ms, and each verb names its errors."""
    for verb in ("identify", "create", "get", "list", "wait", "download", "confirm"):
        explained = inspect.getdoc(getattr(client, verb)) or ""
        signature = str(inspect.signature(getattr(client, verb)))
        assert "Raises" in explained, verb
        assert "Time" not in signature or "ms" in explained, verb
        assert "timeout" not in signature or "(s" in explained, verb


def test_every_operation_of_the_contract_is_a_call() -> None:
    """What the generated client can do, this one does."""
    source = inspect.getsource(reading)
    operations = [path.stem for path in Path(lip_sync.__file__).parent.glob("[a-z]*.py")]

    assert len(operations) == 4
    assert all(f"{operation}._get_kwargs" in source for operation in operations)
    assert not Unset()


def test_importing_the_client_is_cheap() -> None:
    """It reads no spec, compiles no schema, and opens no probe; the package alone reads nothing."""
    code = (
        "import sys, kling_lipsync; bare = set(sys.modules); from kling_lipsync import LipSync;"
        "print('httpx' in bare, *[name for name in ('yaml', 'jsonschema_rs', 'jwt', 'jsonpatch',"
        " 'kling_lipsync.contract', 'kling_lipsync.rules', 'kling_lipsync.probing')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.split() == ["False"]

"""What users install: one wheel that holds everything and works where no checkout is.

The wheel is built with the running environment's hatchling and installed with its dependencies
from the package index, into an empty environment and at the versions that are installed here.
"""

import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contract_tests", "kling_lipsync", "kling_lipsync_api", "mock_server")
SPEC_FILES = {
    "openapi.yaml": "spec/openapi.yaml",
    "rules.yaml": "spec/rules.yaml",
    "control.yaml": "spec/control.yaml",
    "physics.yaml": "spec/physics.yaml",
    "contract.json": "generated/contract.json",
    "openapi.json": "generated/openapi.json",
}
PROBE = ("download", "--no-deps", "--retries=0", "--timeout=10", "attrs")


def run(*command: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command where nothing of the checkout can be imported."""
    ours = ("PYTHON", "LIPSYNC_MOCK_", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(  # noqa: S603 - commands of this file
        command, cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=120
    )


def run_well(*command: str, cwd: Path) -> str:
    """Run a command that must succeed, and give what it printed."""
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, in this environment and without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    run_well(*build, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """List the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment, and give the folder of its commands."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    if run(*pip, *PROBE, cwd=folder).returncode != 0:
        pytest.skip("pip reaches no package index, so the wheel's dependencies cannot be installed")
    run_well(sys.executable, "-m", "venv", "--without-pip", "venv", cwd=folder)
    pins = {f"{known.name}=={known.version}" for known in distributions()}
    ours = {pin for pin in pins if pin.startswith("kling-lipsync-twin==")}
    (folder / "pins.txt").write_text("\n".join(sorted(pins - ours)), "utf-8")
    install = ("--python", "venv", "install", "--quiet", "--constraint", "pins.txt", str(wheel))
    run_well(*pip, *install, cwd=folder)
    return folder / "venv" / "bin"


def test_the_readme_s_test_passes_where_only_the_wheel_is(commands: Path, wheel: Path) -> None:
    """With the extra `pytest` and nothing else: the plugin needs no configuration."""
    text = (ROOT / "README.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    folder = commands.parent.parent
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    install = ("--python", "venv", "install", "--quiet", "--constraint", "pins.txt")
    run_well(*pip, *install, f"{wheel}[pytest]", cwd=folder)
    (folder / "test_readme.py").write_text(text, "utf-8")

    told = run_well(str(commands / "python"), "-m", "pytest", "-q", "test_readme.py", cwd=folder)
    assert "1 passed" in told


@pytest.fixture(scope="module")
def greeting(commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve with the installed command from an empty folder, and give its two ready lines."""
    with subprocess.Popen(  # noqa: S603 - the installed command
        [commands / "lipsync-mock", "--port", "0"],
        cwd=tmp_path_factory.mktemp("nothing"),
        env={"PATH": os.defpath},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline(), server.stdout.readline()
        finally:
            server.terminate()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_each_package_at_its_top(names: list[str], package: str) -> None:
    """All import packages are in the one wheel, each with the marker of its types."""
    assert f"{package}/py.typed" in names


def test_the_wheel_holds_nothing_else_at_its_top(names: list[str]) -> None:
    """Neither the demo nor the benchmarks are installed."""
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}

    assert tops == set(PACKAGES)


def test_the_wheel_holds_no_unit_tests_and_no_raw_material(names: list[str]) -> None:
    """What only the checkout needs stays there."""
    ours = [name for name in names if not name.startswith("contract_tests/")]

    assert [name for name in ours if "/tests/" in name or "/sources/" in name] == []


@pytest.mark.parametrize("name", SPEC_FILES)
def test_the_wheel_holds_the_spec(wheel: Path, name: str) -> None:
    """The spec in the wheel is that of the checkout, byte by byte."""
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.read(f"kling_lipsync/spec/{name}")

    assert packed == (ROOT / SPEC_FILES[name]).read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "mock_server/samples/portrait-clip.mp4",
        "mock_server/samples/portrait-speech.mp3",
        "mock_server/samples/speech.mp3",
        "mock_server/samples/talking-clip.mp4",
        "mock_server/samples/ORIGIN.md",
        "mock_server/node/preload.cjs",
        "mock_server/media/data/face.jpg",
        "mock_server/media/data/still.mp4",
        "mock_server/media/models/face_detection_yunet_2023mar.onnx",
        "mock_server/media/models/NOTICE.md",
    ],
)
def test_the_wheel_holds_what_the_server_reads(names: list[str], name: str) -> None:
    """Samples, pictures and the model come along, and where they are from."""
    assert name in names


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE"])
def test_the_wheel_holds_its_licence(names: list[str], name: str) -> None:
    """Whoever gets the wheel gets the licence and the notices."""
    assert [path for path in names if path.endswith(f".dist-info/licenses/{name}")]


@pytest.mark.parametrize("package", PACKAGES)
def test_an_installed_package_is_imported_from_there(
    commands: Path, tmp_path: Path, package: str
) -> None:
    """Every import package works without the checkout and without extras."""
    code = f"import {package}; print(*{package}.__path__)"

    assert run_well(str(commands / "python"), "-c", code, cwd=tmp_path).startswith(
        str(commands.parent)
    )


def test_the_installed_server_says_where_it_is(greeting: tuple[str, str]) -> None:
    """The first ready line names the address and the profile."""
    assert greeting[0].startswith("lipsync-mock at http://127.0.0.1:")
    assert "profile documented" in greeting[0]


def test_the_call_in_the_greeting_is_accepted(greeting: tuple[str, str]) -> None:
    """The second ready line is a call that the installed server answers with code 0."""
    _, _, url, _, authorization = shlex.split(greeting[1])
    name, _, value = authorization.partition(": ")

    with urlopen(Request(url, headers={name: value}), timeout=10) as reply:  # noqa: S310 - loopback
        status, body = reply.status, json.load(reply)

    assert (status, body["code"]) == (200, 0)

"""The facts of the machine and of the versions that a result belongs to."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench import prism_package
from bench.servers import Cores

_PACKAGES = "uvicorn uvloop httptools jsonschema-rs msgspec pyjwt attrs".split()


def facts(cores: Cores, *, prism: bool) -> dict[str, object]:
    """Return what a reader needs to know before comparing these figures with others."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "core of the servers": cores.servers,
        "core of the generator": cores.generator,
        "load average before": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "prism": prism_package.version() if prism else None,
        "node": prism_package.node_version() if prism else None,
    }


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

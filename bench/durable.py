"""What it costs to keep accounts in a SQLite file: create, beside the same in memory."""

import itertools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench import servers
from bench.calls import request
from bench.load import Asked, Load, run
from bench.process import cpu_s
from bench.servers import Cores

CONNECTIONS = 16


def measured(cores: Cores, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Return requests a second and µs of processor time for each; medians of the rounds."""
    found: dict[str, list[Mapping[str, float]]] = {"memory": [], "sqlite": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="lipsync-bench-") as folder:
            for name, store in (("memory", "memory"), ("sqlite", f"sqlite:{Path(folder)}/a.db")):
                found[name].append(_create(cores, store, seconds))
    return {
        name: {key: median(one[key] for one in some) for key in some[0]}
        for name, some in found.items()
    }


def _create(cores: Cores, store: str, seconds: float) -> Mapping[str, float]:
    with servers.mock(cores.servers, "--store", store) as mock:
        asked = request("create", mock.authorization, "").encoded(mock.port)
        used = cpu_s(mock.process.pid)
        measured = run(
            mock.port, itertools.repeat(Asked("create", asked)), Load(CONNECTIONS, seconds)
        )
        used = cpu_s(mock.process.pid) - used
    if measured.errors:
        msg = f"{measured.errors} creates were not accepted on {store}"
        raise RuntimeError(msg)
    return {"per_second": measured.per_second, "cpu_us": used / measured.replies * 1e6}


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return both as lines for people."""
    text = f"create x {CONNECTIONS}, by where accounts are kept\n"
    for name, one in found.items():
        rate, cpu_us = one["per_second"], one["cpu_us"]
        text += f"  {name:6} {rate:7,.0f} req/s, {cpu_us:.0f} us of processor time\n"
    return text

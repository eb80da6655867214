"""What Linux says about a process: its memory and the processor time that it used."""

import os
from pathlib import Path

from attrs import frozen


@frozen
class Memory:
    """Resident memory in MiB, now and at its highest; zero where /proc does not tell."""

    resident: float
    peak: float


def memory(pid: int) -> Memory:
    """Return the memory of a process, without its children."""
    status = _read(pid, "status")
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return Memory(_mebibytes(fields.get("VmRSS")), _mebibytes(fields.get("VmHWM")))


def cpu_s(pid: int) -> float:
    """Return the processor time (s) of all threads of a process, to the kernel's 10 ms."""
    stat = _read(pid, "stat")
    if not stat:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _read(pid: int, name: str) -> str:
    path = Path("/proc") / str(pid) / name
    return path.read_text("utf-8") if path.is_file() else ""


def _mebibytes(text: str | None) -> float:
    return 0.0 if text is None else int(text.split()[0]) / 1024

"""The same input is rendered once: results kept by what they were made of, up to a size.

A kept file and a task's result are two names of one file (hard links), so that nothing is
stored twice, and dropping the oldest entry takes no result away.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from attrs import asdict

from mock_server.media.ports import RenderJob

_PLACES = ("video", "audio", "target", "watermarked_target")


class RenderCache:
    """Finished files under one folder, at most `most_bytes` in all; for one thread at a time."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        folder.mkdir(parents=True, exist_ok=True)

    def recall(self, key: str, targets: Mapping[str, Path]) -> bool:
        """Put kept files in the places of a job's targets; False when one was not kept."""
        kept = {name: self._folder / f"{key}-{name}" for name in targets}
        if not all(path.is_file() for path in kept.values()):
            return False
        for name, path in kept.items():
            os.utime(path)
            _same_file(path, targets[name])
        return True

    def keep(self, key: str, targets: Mapping[str, Path]) -> None:
        """Keep a job's files for the next one that is made of the same."""
        for name, target in targets.items():
            _same_file(target, self._folder / f"{key}-{name}")
        self._shrink()

    def _shrink(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        sizes = {path: path.stat().st_size for path in files}
        total = sum(sizes.values())
        for path in files:
            if total <= self._most_bytes:
                return
            path.unlink()
            total -= sizes[path]


def render_key(job: RenderJob) -> str:
    """Return a name for everything that decides what a job's files look like."""
    digest = hashlib.sha256()
    for path in (job.video, job.audio):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    settings = {name: value for name, value in asdict(job).items() if name not in _PLACES}
    digest.update(repr(sorted(settings.items())).encode())
    return digest.hexdigest()


def targets_of(job: RenderJob) -> dict[str, Path]:
    """Return the files that a job makes."""
    targets = {"plain": job.target}
    if job.watermarked_target is not None:
        targets["watermarked"] = job.watermarked_target
    return targets


def _same_file(existing: Path, name: Path) -> None:
    """Give a file another name; where links are not to be had, copy it."""
    name.unlink(missing_ok=True)
    try:
        os.link(existing, name)
    except OSError:
        shutil.copyfile(existing, name)

"""Files that appear complete or not at all.

Readers of a result (downloads, a restarted server) must never see half a file, so everything
is written under a name beside the target and renamed when it is whole.  Nothing here knows
what is in the files; it imports nothing, so both the web process and the worker may use it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def name_aside(target: Path) -> Path:
    """Give the name under which `target` is written until it is complete."""
    return target.with_name(f".{target.name}.part")


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """Yield a path to write to; it becomes `target` at the end, or vanishes if the block raises."""
    part = name_aside(target)
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)

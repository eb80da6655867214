"""How the garbage collector runs in a server that holds many tasks.

Records hold no cycles: they are freed when nobody holds them any more, without a collector.  It
looks at what is young alone, in small portions, so that no call waits while all tasks are walked
through; what was alive once is never looked at again.
"""

import gc

YOUNG = 5_000
"""So many objects that outlived their call are looked at in one go: some ms."""

_NEVER = 1_000_000_000


def collect_steadily() -> None:
    """Set the collector of this process up; what there is by now is left out of its rounds."""
    gc.freeze()
    gc.set_threshold(YOUNG, _NEVER, _NEVER)

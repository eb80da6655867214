"""Ids in the forms that the vendor was seen to use: decimal snowflakes and UUIDs.

A snowflake's upper bits are ms since an epoch that five recorded pairs of id and creation
time agree on; its lower 22 bits count.  The spec promises digits, and no length.
"""

import random

EPOCH_MS = 1_568_028_518_780
"""2019-09-09T11:28:38.780Z: id >> 22 is the number of ms since then."""

_COUNT_BITS = 22
_COUNT_MASK = (1 << _COUNT_BITS) - 1


class Ids:
    """The ids of one account: unique, and the same again for the same seed and calls."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311 - ids are no secrets
        self._count = self._random.getrandbits(_COUNT_BITS)

    def snowflake(self, now_ms: int) -> str:
        """Return a decimal id that decodes to an instant (Unix ms, not before 2019-09-09)."""
        self._count = (self._count + 1) & _COUNT_MASK
        return str((max(now_ms - EPOCH_MS, 0) << _COUNT_BITS) | self._count)

    def request_id(self) -> str:
        """Return a random UUID (RFC 9562, version 4)."""
        digits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[self._random.getrandbits(2)]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )


def created_at(snowflake: str) -> int:
    """Return the instant (Unix ms) that a decimal snowflake decodes to."""
    return (int(snowflake) >> _COUNT_BITS) + EPOCH_MS

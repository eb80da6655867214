"""Ids in the forms that the vendor was seen to use: decimal snowflakes and UUIDs.

A snowflake's upper bits are ms since an epoch that five recorded pairs of id and creation
time agree on; its lower 22 bits count.  The spec promises digits, and no length.
"""

import random
from collections.abc import Callable

EPOCH_MS = 1_568_028_518_780
"""2019-09-09T11:28:38.780Z: id >> 22 is the number of ms since then."""

_COUNT_BITS = 22
_COUNT_MASK = (1 << _COUNT_BITS) - 1
_UUID4_BITS = (4 << 76) | (2 << 62)
"""The version and the variant of a random UUID (RFC 9562), and below all other bits."""
_FREE_BITS = (1 << 128) - 1 ^ (15 << 76) ^ (3 << 62)
_BLOCK = 1024
"""How many ids of one instant a number reserves; 4,194,304 of one instant are different."""


class Ids:
    """The ids of one account: unique, and the same again for the same seed and calls.

    Several makers of one account's ids are given different numbers by `reserve`; each takes
    another when it has made 1,024 ids.
    """

    def __init__(self, seed: str, reserve: Callable[[], int]) -> None:
        self._seed = seed
        self._reserve = reserve
        self._begin()

    def snowflake(self, now_ms: int) -> str:
        """Return a decimal id that decodes to an instant (Unix ms, not before 2019-09-09)."""
        count = next(self._counts, None)
        while count is None:
            self._begin()
            count = next(self._counts, None)
        return str((max(now_ms - EPOCH_MS, 0) << _COUNT_BITS) | count & _COUNT_MASK)

    def request_id(self) -> str:
        """Return a random UUID (RFC 9562, version 4)."""
        digits = f"{self._random.getrandbits(128) & _FREE_BITS | _UUID4_BITS:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def _begin(self) -> None:
        """Take the next number: with the first one, 0, come the seed's own ids."""
        start = random.Random(self._seed).getrandbits(_COUNT_BITS)  # noqa: S311 - no secrets
        number = self._reserve()
        first = start + 1 + number * _BLOCK
        self._counts = iter(range(first, first + _BLOCK))
        self._random = random.Random(f"{self._seed} {number}")  # noqa: S311 - no secrets

"""Money: what was taken, what open calls may still take, and a limit on both together."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from threading import Lock

from attrs import frozen

from kling_lipsync.client.errors import BudgetExceeded, Report

_NOTHING = Decimal(0)


@frozen
class Units:
    """Units as this client knows them; `left` is None without a limit.

    `spent` is what replies said was taken; `reserved` is what open or lost calls may still take.
    """

    spent: Decimal
    reserved: Decimal
    left: Decimal | None


def units_of(text: object) -> Decimal | None:
    """Return a deduction as the service writes it, or None for what is no amount."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


class Ledger:
    """Counts deductions once each, by the id of what they were taken for; safe under threads.

    A price is a function, so that prices are only looked up where there is a limit.
    """

    def __init__(self, max_units: Decimal | None = None) -> None:
        self._limit = max_units
        self._lock = Lock()
        self._spent: dict[str, Decimal] = {}
        self._reserved: dict[str, Decimal] = {}

    @property
    def units(self) -> Units:
        """The sums so far."""
        with self._lock:
            return self._sums()

    def reserve(self, key: str, price: Callable[[], Decimal]) -> None:
        """Set the price of a call aside; raise BudgetExceeded when it may exceed the limit."""
        if self._limit is None:
            return
        amount = price()
        with self._lock:
            left = self._sums().left
            if left is not None and amount > left:
                message = (
                    f"the call may cost {amount} units, and of max_units {self._limit}"
                    f" only {left} are left"
                )
                raise BudgetExceeded(Report(message, value=str(amount), nearest=str(left)))
            self._reserved[key] = amount

    def release(self, key: str) -> None:
        """Give back what was set aside for a call that cost nothing."""
        with self._lock:
            self._reserved.pop(key, None)

    def rename(self, key: str, new_key: str) -> None:
        """Keep what was set aside under the id that the service gave."""
        with self._lock:
            amount = self._reserved.pop(key, None)
            if amount is not None and new_key not in self._spent:
                self._reserved[new_key] = amount

    def settle(self, key: str, taken: Decimal) -> None:
        """Note what was really taken; noting it again changes nothing."""
        with self._lock:
            self._reserved.pop(key, None)
            self._spent[key] = taken

    def _sums(self) -> Units:
        spent = sum(self._spent.values(), _NOTHING)
        reserved = sum(self._reserved.values(), _NOTHING)
        return Units(
            spent, reserved, None if self._limit is None else self._limit - spent - reserved
        )

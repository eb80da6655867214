# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from enum import StrEnum
from typing import Self


class TaskStatus(StrEnum):
    FAILED = "failed"
    PROCESSING = "processing"
    SUBMITTED = "submitted"
    SUCCEED = "succeed"

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that is not in the contract (yet) becomes a member of its own, not an error"""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __reduce_ex__(self, _protocol: object) -> tuple[type[Self], tuple[object]]:
        """Pickled by value: Python 3.11.2 does it by name, which an unknown value does not have"""
        return type(self), (self._value_,)

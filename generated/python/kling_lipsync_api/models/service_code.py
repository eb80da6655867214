# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from enum import IntEnum
from typing import Self


class ServiceCode(IntEnum):
    VALUE_1000 = 1000
    VALUE_1001 = 1001
    VALUE_1002 = 1002
    VALUE_1003 = 1003
    VALUE_1004 = 1004
    VALUE_1100 = 1100
    VALUE_1101 = 1101
    VALUE_1102 = 1102
    VALUE_1103 = 1103
    VALUE_1200 = 1200
    VALUE_1201 = 1201
    VALUE_1202 = 1202
    VALUE_1203 = 1203
    VALUE_1300 = 1300
    VALUE_1301 = 1301
    VALUE_1302 = 1302
    VALUE_1303 = 1303
    VALUE_1304 = 1304
    VALUE_5000 = 5000
    VALUE_5001 = 5001
    VALUE_5002 = 5002

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A value that is not in the contract (yet) becomes a member of its own, not an error"""
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __reduce_ex__(self, _protocol: object) -> tuple[type[Self], tuple[object]]:
        """Pickled by value: Python 3.11.2 does it by name, which an unknown value does not have"""
        return type(self), (self._value_,)

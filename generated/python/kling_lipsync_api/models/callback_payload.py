# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_status import TaskStatus
from ..types import (
    UNSET,
    Unset,
    read_integer,
    read_object,
    read_optional,
    read_text,
)

if TYPE_CHECKING:
    from ..models.balance_deduction import BalanceDeduction
    from ..models.callback_result import CallbackResult
    from ..models.task_info import TaskInfo


T = TypeVar("T", bound="CallbackPayload")


@_attrs_define
class CallbackPayload:
    """A task at the moment of the change, with nothing around it. `task_result` and `task_status_msg` follow `task_status`
    as they do in a query.

    """

    task_id: str
    """ Id that the service gave to the task. """
    task_status: TaskStatus
    """ A task is `submitted`, then `processing`, and ends as `succeed` or `failed`. """
    task_status_msg: str
    """ Why the task failed. """
    created_at: int
    """ When the task was made, Unix time in ms. """
    updated_at: int
    """ When the task last changed, Unix time in ms. """
    task_info: TaskInfo
    """ What the task was created with. """
    final_unit_deduction: str | Unset = UNSET
    """ Units that the task cost. What it says before the end is not documented. """
    final_balance_deduction: BalanceDeduction | Unset = UNSET
    """ What was taken from a balance of money. A newer field, which older vendor pages do not have. """
    task_result: CallbackResult | Unset = UNSET
    """ What the task made. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        task_status = self.task_status.value

        task_status_msg = self.task_status_msg

        created_at = self.created_at

        updated_at = self.updated_at

        task_info = self.task_info.to_dict()

        final_unit_deduction = self.final_unit_deduction

        final_balance_deduction: dict[str, Any] | Unset = UNSET
        if not isinstance(self.final_balance_deduction, Unset):
            final_balance_deduction = self.final_balance_deduction.to_dict()

        task_result: dict[str, Any] | Unset = UNSET
        if not isinstance(self.task_result, Unset):
            task_result = self.task_result.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "task_status": task_status,
                "task_status_msg": task_status_msg,
                "created_at": created_at,
                "updated_at": updated_at,
                "task_info": task_info,
            }
        )
        if final_unit_deduction is not UNSET:
            field_dict["final_unit_deduction"] = final_unit_deduction
        if final_balance_deduction is not UNSET:
            field_dict["final_balance_deduction"] = final_balance_deduction
        if task_result is not UNSET:
            field_dict["task_result"] = task_result

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.balance_deduction import BalanceDeduction  # noqa: PLC0415
        from ..models.callback_result import CallbackResult  # noqa: PLC0415
        from ..models.task_info import TaskInfo  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        task_id = read_text(d, "task_id")

        task_status = TaskStatus(read_text(d, "task_status"))

        task_status_msg = read_text(d, "task_status_msg")

        created_at = read_integer(d, "created_at")

        updated_at = read_integer(d, "updated_at")

        task_info = TaskInfo.from_dict(read_object(d, "task_info"))

        final_unit_deduction = read_optional(read_text, d, "final_unit_deduction")

        _final_balance_deduction = read_optional(read_object, d, "final_balance_deduction")
        final_balance_deduction: BalanceDeduction | Unset
        if isinstance(_final_balance_deduction, Unset):
            final_balance_deduction = UNSET
        else:
            final_balance_deduction = BalanceDeduction.from_dict(_final_balance_deduction)

        _task_result = read_optional(read_object, d, "task_result")
        task_result: CallbackResult | Unset
        if isinstance(_task_result, Unset):
            task_result = UNSET
        else:
            task_result = CallbackResult.from_dict(_task_result)

        callback_payload = cls(
            task_id=task_id,
            task_status=task_status,
            task_status_msg=task_status_msg,
            created_at=created_at,
            updated_at=updated_at,
            task_info=task_info,
            final_unit_deduction=final_unit_deduction,
            final_balance_deduction=final_balance_deduction,
            task_result=task_result,
        )

        callback_payload.additional_properties = d
        return callback_payload

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

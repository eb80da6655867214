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
    from ..models.created_task_info import CreatedTaskInfo


T = TypeVar("T", bound="CreatedTask")


@_attrs_define
class CreatedTask:
    """What is known of a task as soon as it is made."""

    task_id: str
    """ Id that the service gave to the task. """
    task_status: TaskStatus
    """ A task is `submitted`, then `processing`, and ends as `succeed` or `failed`. """
    created_at: int
    """ When the task was made, Unix time in ms. """
    updated_at: int
    """ When the task last changed, Unix time in ms. """
    task_info: CreatedTaskInfo | Unset = UNSET
    """ What the task was created with. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        task_status = self.task_status.value

        created_at = self.created_at

        updated_at = self.updated_at

        task_info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.task_info, Unset):
            task_info = self.task_info.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "task_status": task_status,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if task_info is not UNSET:
            field_dict["task_info"] = task_info

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.created_task_info import CreatedTaskInfo  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        task_id = read_text(d, "task_id")

        task_status = TaskStatus(read_text(d, "task_status"))

        created_at = read_integer(d, "created_at")

        updated_at = read_integer(d, "updated_at")

        _task_info = read_optional(read_object, d, "task_info")
        task_info: CreatedTaskInfo | Unset
        if isinstance(_task_info, Unset):
            task_info = UNSET
        else:
            task_info = CreatedTaskInfo.from_dict(_task_info)

        created_task = cls(
            task_id=task_id,
            task_status=task_status,
            created_at=created_at,
            updated_at=updated_at,
            task_info=task_info,
        )

        created_task.additional_properties = d
        return created_task

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

# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UNSET,
    Unset,
    read_object,
    read_optional,
    read_text,
)

if TYPE_CHECKING:
    from ..models.parent_video import ParentVideo


T = TypeVar("T", bound="TaskInfo")


@_attrs_define
class TaskInfo:
    """What the task was created with."""

    parent_video: ParentVideo
    """ The video that the faces were looked for in. """
    external_task_id: str | Unset = UNSET
    """ The caller's own id, if one was given. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        parent_video = self.parent_video.to_dict()

        external_task_id = self.external_task_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "parent_video": parent_video,
            }
        )
        if external_task_id is not UNSET:
            field_dict["external_task_id"] = external_task_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parent_video import ParentVideo  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        parent_video = ParentVideo.from_dict(read_object(d, "parent_video"))

        external_task_id = read_optional(read_text, d, "external_task_id")

        task_info = cls(
            parent_video=parent_video,
            external_task_id=external_task_id,
        )

        task_info.additional_properties = d
        return task_info

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

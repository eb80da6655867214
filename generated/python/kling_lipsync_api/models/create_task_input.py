# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UNSET,
    Unset,
    read_array,
    read_object,
    read_optional,
    read_text,
)

if TYPE_CHECKING:
    from ..models.face_choice import FaceChoice
    from ..models.watermark_info import WatermarkInfo


T = TypeVar("T", bound="CreateTaskInput")


@_attrs_define
class CreateTaskInput:
    """One face of a session, and what it shall say."""

    session_id: str
    """ The session that identifying the faces opened. It stays the same while faces and sounds are being chosen.
    """
    face_choose: list[FaceChoice]
    """ The face, with its sound. For now exactly one. """
    watermark_info: WatermarkInfo | Unset = UNSET
    """ Whether the result is made a second time, with a watermark. A watermark of one's own is not supported. """
    external_task_id: str | Unset = UNSET
    """ An id of the caller's own. It does not replace `task_id`, but the task can be queried by it. No two tasks of
    an account may have the same one. """
    callback_url: str | Unset = UNSET
    """ Address that is told when the status of the task changes. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        session_id = self.session_id

        face_choose = []
        for face_choose_item_data in self.face_choose:
            face_choose_item = face_choose_item_data.to_dict()
            face_choose.append(face_choose_item)

        watermark_info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.watermark_info, Unset):
            watermark_info = self.watermark_info.to_dict()

        external_task_id = self.external_task_id

        callback_url = self.callback_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "session_id": session_id,
                "face_choose": face_choose,
            }
        )
        if watermark_info is not UNSET:
            field_dict["watermark_info"] = watermark_info
        if external_task_id is not UNSET:
            field_dict["external_task_id"] = external_task_id
        if callback_url is not UNSET:
            field_dict["callback_url"] = callback_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_choice import FaceChoice  # noqa: PLC0415
        from ..models.watermark_info import WatermarkInfo  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        session_id = read_text(d, "session_id")

        face_choose = []
        _face_choose = read_array(d, "face_choose")
        for face_choose_item_data in _face_choose:
            face_choose_item = FaceChoice.from_dict(face_choose_item_data)

            face_choose.append(face_choose_item)

        _watermark_info = read_optional(read_object, d, "watermark_info")
        watermark_info: WatermarkInfo | Unset
        if isinstance(_watermark_info, Unset):
            watermark_info = UNSET
        else:
            watermark_info = WatermarkInfo.from_dict(_watermark_info)

        external_task_id = read_optional(read_text, d, "external_task_id")

        callback_url = read_optional(read_text, d, "callback_url")

        create_task_input = cls(
            session_id=session_id,
            face_choose=face_choose,
            watermark_info=watermark_info,
            external_task_id=external_task_id,
            callback_url=callback_url,
        )

        create_task_input.additional_properties = d
        return create_task_input

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

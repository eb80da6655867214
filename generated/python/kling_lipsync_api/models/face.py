# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    read_integer,
    read_text,
)

T = TypeVar("T", bound="Face")


@_attrs_define
class Face:
    """A face, and when it appears. Somebody who was out of sight for more than a second may come back as another face."""

    face_id: str
    """ Id of the face within its session. """
    face_image: str
    """ Address of a picture of the face. """
    start_time: int
    """ When the face appears, in ms from the start of the video. """
    end_time: int
    """ When the face is gone, in ms from the start of the video. It may be some ms too late. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        face_id = self.face_id

        face_image = self.face_image

        start_time = self.start_time

        end_time = self.end_time

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "face_id": face_id,
                "face_image": face_image,
                "start_time": start_time,
                "end_time": end_time,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        face_id = read_text(d, "face_id")

        face_image = read_text(d, "face_image")

        start_time = read_integer(d, "start_time")

        end_time = read_integer(d, "end_time")

        face = cls(
            face_id=face_id,
            face_image=face_image,
            start_time=start_time,
            end_time=end_time,
        )

        face.additional_properties = d
        return face

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

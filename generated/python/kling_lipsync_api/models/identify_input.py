# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UNSET,
    Unset,
    read_optional,
    read_text,
)

T = TypeVar("T", bound="IdentifyInput")


@_attrs_define
class IdentifyInput:
    """The video to look into. Fill exactly one of `video_id` and `video_url`."""

    video_id: str | Unset = UNSET
    """ Id of a video that Kling generated within the last 30 days. It lasts at most 60 s. """
    video_url: str | Unset = UNSET
    """ Address of a video that the service can fetch: MP4 or MOV, at most 100 MB, 2 to 60 s, 720p or 1080p, width
    and height each 512 to 2160 px. What it shows is checked too. A video that does not fit is refused. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        video_id = self.video_id

        video_url = self.video_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if video_id is not UNSET:
            field_dict["video_id"] = video_id
        if video_url is not UNSET:
            field_dict["video_url"] = video_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        video_id = read_optional(read_text, d, "video_id")

        video_url = read_optional(read_text, d, "video_url")

        identify_input = cls(
            video_id=video_id,
            video_url=video_url,
        )

        identify_input.additional_properties = d
        return identify_input

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

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

T = TypeVar("T", bound="ResultVideo")


@_attrs_define
class ResultVideo:
    """A generated video. Its media are deleted after 30 days; save them in time."""

    id: str
    """ Id of the video; no other video has it. """
    url: str
    """ Address of the video. """
    duration: str
    """ How long the video lasts, in s. """
    watermark_url: str | Unset = UNSET
    """ Address of the watermarked video, protected against hotlinking. Only for a task that asked for it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        duration = self.duration

        watermark_url = self.watermark_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "url": url,
                "duration": duration,
            }
        )
        if watermark_url is not UNSET:
            field_dict["watermark_url"] = watermark_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        id = read_text(d, "id")

        url = read_text(d, "url")

        duration = read_text(d, "duration")

        watermark_url = read_optional(read_text, d, "watermark_url")

        result_video = cls(
            id=id,
            url=url,
            duration=duration,
            watermark_url=watermark_url,
        )

        result_video.additional_properties = d
        return result_video

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

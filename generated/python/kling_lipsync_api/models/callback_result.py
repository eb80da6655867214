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
    read_optional,
)

if TYPE_CHECKING:
    from ..models.callback_image import CallbackImage
    from ..models.callback_video import CallbackVideo


T = TypeVar("T", bound="CallbackResult")


@_attrs_define
class CallbackResult:
    """What the task made."""

    videos: list[CallbackVideo]
    """ The one video. """
    images: list[CallbackImage] | Unset = UNSET
    """ Generated pictures. The form of the message is shared with tasks that make pictures; a lip-sync task makes
    none. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        videos = []
        for videos_item_data in self.videos:
            videos_item = videos_item_data.to_dict()
            videos.append(videos_item)

        images: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = []
            for images_item_data in self.images:
                images_item = images_item_data.to_dict()
                images.append(images_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "videos": videos,
            }
        )
        if images is not UNSET:
            field_dict["images"] = images

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.callback_image import CallbackImage  # noqa: PLC0415
        from ..models.callback_video import CallbackVideo  # noqa: PLC0415

        d: dict[str, Any] = {**src_dict}
        videos = []
        _videos = read_array(d, "videos")
        for videos_item_data in _videos:
            videos_item = CallbackVideo.from_dict(videos_item_data)

            videos.append(videos_item)

        _images = read_optional(read_array, d, "images")
        images: list[CallbackImage] | Unset = UNSET
        if _images is not UNSET:
            images = []
            for images_item_data in _images:
                images_item = CallbackImage.from_dict(images_item_data)

                images.append(images_item)

        callback_result = cls(
            videos=videos,
            images=images,
        )

        callback_result.additional_properties = d
        return callback_result

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

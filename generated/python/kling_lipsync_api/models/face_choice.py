# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import (
    UNSET,
    Unset,
    read_integer,
    read_number,
    read_optional,
    read_text,
)

T = TypeVar("T", bound="FaceChoice")


@_attrs_define
class FaceChoice:
    """A face, a sound, the part of the sound to use, and where in the video that part goes. Fill exactly one of `audio_id`
    and `sound_file`.

    """

    face_id: str
    """ One of the faces that were found in the session. """
    sound_start_time: int
    """ Where the used part of the sound starts, in ms from the start of the sound. """
    sound_end_time: int
    """ Where the used part of the sound ends, in ms from the start of the sound: not after its end, and at least
    2000 ms after `sound_start_time`. """
    sound_insert_time: int
    """ Where the used part of the sound goes, in ms from the start of the video. It must end before the video does
    or together with it, and share at least 2000 ms with the time in which the face appears. """
    audio_id: str | Unset = UNSET
    """ Id of speech that the vendor's text-to-speech generated within the last 30 days. It lasts 2 to 60 s. """
    sound_file: str | Unset = UNSET
    """ A sound as plain base64, or an address that the service can fetch it from: MP3, WAV, M4A or AAC, at most 5
    MB, 2 to 60 s. What it contains is checked too. A sound that does not fit is refused. """
    sound_volume: float | Unset = UNSET
    """ Volume of the sound; more is louder. Default 1. """
    original_audio_volume: float | Unset = UNSET
    """ Volume of the video's own sound; more is louder. Without effect on a silent video. Default 1. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        face_id = self.face_id

        sound_start_time = self.sound_start_time

        sound_end_time = self.sound_end_time

        sound_insert_time = self.sound_insert_time

        audio_id = self.audio_id

        sound_file = self.sound_file

        sound_volume = self.sound_volume

        original_audio_volume = self.original_audio_volume

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "face_id": face_id,
                "sound_start_time": sound_start_time,
                "sound_end_time": sound_end_time,
                "sound_insert_time": sound_insert_time,
            }
        )
        if audio_id is not UNSET:
            field_dict["audio_id"] = audio_id
        if sound_file is not UNSET:
            field_dict["sound_file"] = sound_file
        if sound_volume is not UNSET:
            field_dict["sound_volume"] = sound_volume
        if original_audio_volume is not UNSET:
            field_dict["original_audio_volume"] = original_audio_volume

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d: dict[str, Any] = {**src_dict}
        face_id = read_text(d, "face_id")

        sound_start_time = read_integer(d, "sound_start_time")

        sound_end_time = read_integer(d, "sound_end_time")

        sound_insert_time = read_integer(d, "sound_insert_time")

        audio_id = read_optional(read_text, d, "audio_id")

        sound_file = read_optional(read_text, d, "sound_file")

        sound_volume = read_optional(read_number, d, "sound_volume")

        original_audio_volume = read_optional(read_number, d, "original_audio_volume")

        face_choice = cls(
            face_id=face_id,
            sound_start_time=sound_start_time,
            sound_end_time=sound_end_time,
            sound_insert_time=sound_insert_time,
            audio_id=audio_id,
            sound_file=sound_file,
            sound_volume=sound_volume,
            original_audio_volume=original_audio_volume,
        )

        face_choice.additional_properties = d
        return face_choice

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

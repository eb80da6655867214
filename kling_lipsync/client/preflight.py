"""Whether calls are checked before they are sent; the rules are only read where they are."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from kling_lipsync_api.models import Face

from kling_lipsync.client.core import Core
from kling_lipsync.client.sound import Sound


def _rulings() -> ModuleType:
    from kling_lipsync.client import rulings  # noqa: PLC0415 - importing costs 0.2 s

    return rulings


def check_identify(core: Core, body: Mapping[str, Any]) -> None:
    """Raise BrokenRule when an identify call would be refused for what is known of it."""
    if core.preflight != "off":
        _rulings().check_identify(core, body)


def check_sound(core: Core, sound: Sound, crop_ms: tuple[int, int] | None) -> None:
    """Raise BrokenRule when audio, or the crop of it, would be refused in any create call."""
    if core.preflight != "off":
        _rulings().check_sound(core, sound, crop_ms)


def check_create(
    core: Core,
    body: Mapping[str, Any],
    sound: Sound,
    faces: tuple[Face, ...] | None,
    video_ms: int | None,
) -> None:
    """Raise BrokenRule when a create call would be refused for what is known of it."""
    if core.preflight != "off":
        _rulings().check_create(core, body, sound, faces, video_ms)


def check_page(core: Core, page_number: int, page_size: int) -> None:
    """Raise BrokenRule when a page lies outside the bounds."""
    if core.preflight != "off":
        _rulings().check_page(core, page_number, page_size)

"""Rules about the video of an identify call."""

from collections.abc import Callable, Mapping
from typing import Any

from kling_lipsync.media import Unreachable, Unreadable, Video
from kling_lipsync.rules.facts import (
    NOT_THERE,
    Facts,
    Finding,
    Generated,
    IdentifyInput,
    Readings,
)
from kling_lipsync.rules.limits import at_most_megabytes, nearest_within, older_than

Limits = Mapping[str, Any]


def url_reachable(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """The service can fetch what video_url points to."""
    if not isinstance(facts.input, IdentifyInput) or not isinstance(facts.video, Unreachable):
        return None
    return Finding(facts.video.reason, "video_url")


def size(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """The video behind video_url is at most 100 MB."""
    video = facts.video
    if not isinstance(facts.input, IdentifyInput) or not isinstance(video, Video | Unreadable):
        return None
    return at_most_megabytes(video.size_bytes, limits, readings, "video_url")


def container(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """The video behind video_url is MP4 or MOV, judged by its content."""
    video = facts.video
    if isinstance(video, Unreadable):
        return Finding(f"{video.kind}: {video.reason}", "video_url", "mp4")
    if readings["media-faults"] == "as-failed-task":
        return None
    if isinstance(video, Video) and video.container not in limits["containers"]:
        return Finding(video.container, "video_url", "mp4")
    return None


def duration(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """A video by video_url lasts 2 to 60 s, one by video_id at most 60 s."""
    video, shortest, where = facts.video, limits["shortest_ms"], "video_url"
    if isinstance(facts.video_source, Generated):
        video, shortest, where = facts.video_source.medium, 0, "video_id"  # type: ignore[assignment]
    if not isinstance(video, Video):
        return None
    length = video.duration
    if length.longest_ms < shortest:
        return Finding(length.longest_ms, where, shortest)
    if length.shortest_ms > limits["longest_ms"]:
        return Finding(length.shortest_ms, where, limits["longest_ms"])
    return None


def sides(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """Width and height of the video behind video_url are each 512 to 2160 px."""
    video = facts.video
    if not isinstance(video, Video):
        return None
    low, high = limits["shortest_px"], limits["longest_px"]
    if low <= video.width <= high and low <= video.height <= high:
        return None
    nearest = f"{nearest_within(video.width, low, high)}x{nearest_within(video.height, low, high)}"
    return Finding(f"{video.width}x{video.height}", "video_url", nearest)


def resolution(facts: Facts, limits: Limits, readings: Readings) -> Finding | None:
    """The video behind video_url is 720p or 1080p, as the reading understands it."""
    video = facts.video
    if not isinstance(video, Video):
        return None
    fits = _RESOLUTION[str(readings["resolution"])]
    if fits(video, limits):
        return None
    return Finding(f"{video.width}x{video.height}", "video_url", "1280x720")


def _short_side(video: Video, limits: Limits) -> bool:
    return min(video.width, video.height) in limits["short_sides_px"]


def _pixel_area(video: Video, limits: Limits) -> bool:
    area = video.width * video.height
    slack = limits["area_tolerance_percent"]
    return any(abs(area - wanted) * 100 <= wanted * slack for wanted in limits["pixel_areas"])


def _box_only(_video: Video, _limits: Limits) -> bool:
    return True


_RESOLUTION: Mapping[str, Callable[[Video, Limits], bool]] = {
    "short-side": _short_side,
    "pixel-area": _pixel_area,
    "box-only": _box_only,
}


def content(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """The video passes the content check."""
    video = facts.video
    if isinstance(facts.video_source, Generated):
        video = facts.video_source.medium  # type: ignore[assignment]
    if readings["content-faults"] != "at-request" or not isinstance(video, Video):
        return None
    return Finding("blocked", "video") if video.blocked else None


def no_face(facts: Facts, _limits: Limits, readings: Readings) -> Finding | None:
    """A video without a usable face is refused, where the reading says so."""
    video = facts.video
    if isinstance(facts.video_source, Generated):
        video = facts.video_source.medium  # type: ignore[assignment]
    if readings["no-face"] != "refuse" or not isinstance(video, Video) or video.faces is None:
        return None
    return None if video.faces else Finding("no face", "video")


def video_id_known(facts: Facts, _limits: Limits, _readings: Readings) -> Finding | None:
    """video_id names a video that the service generated for the account."""
    if facts.video_source is not NOT_THERE or not isinstance(facts.input, IdentifyInput):
        return None
    return Finding(facts.input.video_id, "video_id")


def video_id_age(facts: Facts, limits: Limits, _readings: Readings) -> Finding | None:
    """The video named by video_id was generated within the last 30 days."""
    if not isinstance(facts.video_source, Generated):
        return None
    return older_than(facts.video_source, facts.now, limits, "video_id")

"""Probes of bytes, for tests that say what they expect in the same line."""

from pathlib import Path

from kling_lipsync.media import Audio, Unreadable, Video
from kling_lipsync.probing.probe import probe_audio, probe_video


def video(tmp_path: Path, content: bytes) -> Video:
    """Probe bytes that must be a video."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_video(path)
    assert isinstance(seen, Video), seen
    return seen


def audio(tmp_path: Path, content: bytes) -> Audio:
    """Probe bytes that must be audio."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_audio(path)
    assert isinstance(seen, Audio), seen
    return seen


def refused(tmp_path: Path, content: bytes, *, kind: str = "mp4") -> str:
    """Probe bytes that must be of a kind and no readable video, and give the reason."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_video(path)
    assert isinstance(seen, Unreadable), seen
    assert (seen.kind, seen.size_bytes) == (kind, len(content))
    return seen.reason


def audio_refused(tmp_path: Path, content: bytes, *, kind: str) -> str:
    """Probe bytes that must be of a kind and no readable audio, and give the reason."""
    path = tmp_path / "any.bin"
    path.write_bytes(content)
    seen = probe_audio(path)
    assert isinstance(seen, Unreadable), seen
    assert (seen.kind, seen.size_bytes) == (kind, len(content))
    return seen.reason

"""The media bench with tiny clips, so that it cannot rot unseen."""

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("av", reason="needs the [media] extra")
pytest.importorskip("cv2", reason="needs the [media] extra")
pytest.importorskip("numpy", reason="needs the [media] extra")

from bench import media
from bench.media import Format, described, identified, made, rendered, rendered_cold
from mock_server.media.decoding import DecodingMedia


def test_clips_are_made_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip that is repeated has one face all along, and becomes a result."""
    monkeypatch.setattr(media, "LOOP_S", 1)
    path = made(tmp_path / "clip.mp4", Format(640, 360, 25), 2)
    decoding = DecodingMedia()

    took = identified(decoding, path), rendered(decoding, path), rendered_cold(path)

    decoding.close()
    assert min(took) > 0


def test_described_calls_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application answers every call with 200."""
    monkeypatch.setattr(media, "CALLS", 5)

    assert asyncio.run(described()) > 0

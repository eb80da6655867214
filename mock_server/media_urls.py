"""The URLs of the mock's own media, written and read back.

    /media/ACCOUNT/results/RESULT.mp4          (?Expires=...: 30 days after success)
    /media/ACCOUNT/results/RESULT-watermarked.mp4
    /media/ACCOUNT/faces/SESSION/FACE.jpg
    /media/ACCOUNT/uploads/NAME

ACCOUNT is the account's public id: media are fetched without a credential, as from a CDN.
"""

from typing import Literal
from urllib.parse import quote

from attrs import frozen

from mock_server import lifecycle
from mock_server.values import Session, Task

PREFIX = "/media/"
WATERMARKED = "-watermarked"

Kind = Literal["results", "faces", "uploads"]


@frozen
class MediaPath:
    """A path under /media/, taken apart."""

    public_id: str
    kind: Kind
    name: str
    watermarked: bool = False


@frozen
class Links:
    """Writes the URLs of one account's media as seen from one host; results live `life_ms`."""

    base_url: str
    public_id: str
    life_ms: int

    def face(self, session_id: str, face_id: str) -> str:
        """Return where a face's picture is."""
        name = quote(face_id, safe="")
        return f"{self.base_url}{PREFIX}{self.public_id}/faces/{session_id}/{name}.jpg"

    def result(self, task: Task, *, watermarked: bool = False) -> str:
        """Return where a task's result is, with the instant (Unix s) at which it expires."""
        name = task.result_id + (WATERMARKED if watermarked else "")
        expires = ((lifecycle.ended_at(task) or 0) + self.life_ms) // 1000
        return f"{self.base_url}{PREFIX}{self.public_id}/results/{name}.mp4?Expires={expires}"

    def source(self, session: Session) -> str:
        """Return the URL of the original video: as the caller gave it, or the mock's own."""
        url = session.source.url
        return self.base_url + url if url.startswith("/") else url


def upload_path(public_id: str, name: str) -> str:
    """Return the path of a file that was put to the mock."""
    return f"{PREFIX}{public_id}/uploads/{quote(name, safe='')}"


def read_media_path(path: str) -> MediaPath | None:
    """Take a decoded path apart; None when it is no path of ours."""
    if not path.startswith(PREFIX):
        return None
    parts = path.removeprefix(PREFIX).split("/", 2)
    if len(parts) != 3:
        return None
    public_id, kind, name = parts
    if kind == "uploads":
        return MediaPath(public_id, "uploads", name)
    if kind == "faces" and name.endswith(".jpg"):
        return MediaPath(public_id, "faces", name.removesuffix(".jpg"))
    if kind == "results" and name.endswith(".mp4"):
        stem = name.removesuffix(".mp4")
        plain = stem.removesuffix(WATERMARKED)
        return MediaPath(public_id, "results", plain, watermarked=plain != stem)
    return None

"""The URLs of the mock's own media, written and read back.

    /media/ACCOUNT/results/RESULT.mp4?Expires=...&Signature=...
    /media/ACCOUNT/results/RESULT-watermarked.mp4?Expires=...&Signature=...
    /media/ACCOUNT/faces/SESSION/FACE.jpg
    /media/ACCOUNT/uploads/NAME

ACCOUNT is the account's public id: media are fetched without a credential, as from a CDN.
The signature of a result holds until 30 days after its task succeeded.
"""

import hmac
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, quote

from attrs import field, frozen

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
    """Writes the URLs of one account's media as seen from one host; results live `life_ms`.

    `key` signs results, so that a URL which was not handed out opens nothing.
    """

    base_url: str
    public_id: str
    life_ms: int
    key: str = field(default="", repr=False)

    def face(self, session_id: str, face_id: str) -> str:
        """Return where a face's picture is."""
        name = quote(face_id, safe="")
        return f"{self.base_url}{PREFIX}{self.public_id}/faces/{session_id}/{name}.jpg"

    def result(self, task: Task, *, watermarked: bool = False) -> str:
        """Return where a task's result is, with the instant (Unix s) at which it expires."""
        name = task.result_id + (WATERMARKED if watermarked else "")
        expires = ((lifecycle.ended_at(task) or 0) + self.life_ms) // 1000
        signed = f"Expires={expires}&Signature={signature(self.key, name, expires)}"
        return f"{self.base_url}{PREFIX}{self.public_id}/results/{name}.mp4?{signed}"

    def gone_at(self, finished_at: int) -> int:
        """Return the first instant (Unix ms) at which a result can be fetched no more."""
        return finished_at + self.life_ms + 1

    def expiry(self, media: "MediaPath", query: str) -> int | None:
        """Return until when (Unix s) a signed result may be fetched; None when it is not signed."""
        fields = dict(parse_qsl(query))
        expires = fields.get("Expires", "")
        if not expires.isdecimal() or len(expires) > 15:
            return None
        name = media.name + (WATERMARKED if media.watermarked else "")
        wanted = signature(self.key, name, int(expires))
        sent = fields.get("Signature", "")
        return int(expires) if hmac.compare_digest(sent.encode(), wanted.encode()) else None

    def source(self, session: Session) -> str:
        """Return the URL of the original video: as the caller gave it, or the mock's own."""
        url = session.source.url
        return self.base_url + url if url.startswith("/") else url


links_of = lru_cache(maxsize=1024)(Links)
"""Returns the Links of these four values, positional; most calls ask for the same ones."""


@lru_cache(maxsize=10_000)
def signature(key: str, name: str, expires: int) -> str:
    """Return the signature of a result that may be fetched until an instant (Unix s)."""
    signed = f"{name}.{expires}".encode()
    return hmac.digest(key.encode(), signed, "sha256").hex()[:32]


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

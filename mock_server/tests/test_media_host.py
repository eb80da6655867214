"""The mock's own media are served without a credential, for as long as the vendor's would be."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from kling_lipsync.media import Video
from kling_lipsync.probing.probe import probe_video
from mock_server.media_urls import Links, MediaPath, signature
from mock_server.routes import IDENTIFY_PATH, TASKS_PATH
from mock_server.settings import Settings
from mock_server.tests.served import BASE_URL, LOCAL_KEY, Served

SECRET_KEY = Settings().secret_key


def _result(served: Served, **changes: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    task_id = served.create(**changes)
    served.advance("5s")
    video: dict[str, str] = served.data("GET", f"{TASKS_PATH}/{task_id}")["task_result"]["videos"][
        0
    ]
    return video


def _path(url: str) -> str:
    assert url.startswith(BASE_URL)
    return url.removeprefix(BASE_URL)


def test_a_result_is_a_video_of_its_length(served: Served, tmp_path: Path) -> None:
    """Fetched without a credential, as from a CDN."""
    video = _result(served)
    reply = served.ask("GET", _path(video["url"]))
    (tmp_path / "result.mp4").write_bytes(BytesIO(reply.content).read())
    probed = probe_video(tmp_path / "result.mp4")

    assert (reply.status_code, reply.headers["content-type"]) == (200, "video/mp4")
    assert isinstance(probed, Video)
    assert (probed.duration.longest_ms, video["duration"]) == (8000, "8")


def test_a_head_tells_the_size(served: Served) -> None:
    """Without the bytes."""
    path = _path(_result(served)["url"])
    whole, head = served.ask("GET", path), served.ask("HEAD", path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))


def test_a_result_is_there_for_30_days(served: Served) -> None:
    """On its account's clock: at the limit it is, 1 ms later it is not; the task still is."""
    path = _path(_result(served)["url"])
    served.advance("30d")
    last = served.ask("GET", path).status_code
    served.advance(1)
    late = served.ask("GET", path)

    assert last == 200
    assert (late.status_code, late.text) == (403, "expired\n")
    assert served.data("GET", TASKS_PATH)[0]["task_status"] == "succeed"


def test_a_url_says_when_it_expires(served: Served) -> None:
    """In Unix seconds, 30 days after the end of the task."""
    query = dict(parse_qsl(urlsplit(_result(served)["url"]).query))
    now = served.happening("GET", f"/accounts/{LOCAL_KEY}")["now"]

    assert query["Expires"] == str((now + 30 * 86_400_000) // 1000)


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.partition("?")[0],
        lambda url: url.partition("&")[0],
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.replace("Expires=", "Expires=9"),
        lambda url: url.replace("Expires=", "Expires=x"),
    ],
    ids=["bare", "unsigned", "another signature", "a later end", "no number"],
)
def test_a_url_that_was_not_handed_out_opens_nothing(
    served: Served, change: Callable[[str], str]
) -> None:
    """A result without its signature, or with another end, is forbidden."""
    path = _path(_result(served)["url"])

    assert served.ask("GET", change(path)).status_code == 403


def test_a_part_of_a_result_can_be_fetched(served: Served) -> None:
    """As players do, with 206 and where the part stands."""
    path = _path(_result(served)["url"])
    whole = served.ask("GET", path)
    part = served.ask("GET", path, headers={"range": "bytes=10-19"})

    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"


def test_a_part_that_is_not_there_is_told(served: Served) -> None:
    """With 416 and the size."""
    path = _path(_result(served)["url"])
    size = len(served.ask("GET", path).content)
    reply = served.ask("GET", path, headers={"range": f"bytes={size}-"})

    assert (reply.status_code, reply.headers["content-range"]) == (416, f"bytes */{size}")


def test_a_watermarked_twin_is_there_when_it_was_asked_for(served: Served) -> None:
    """And only then."""
    marked = _result(served, watermark_info={"enabled": True})
    plain = _result(served)
    guessed = _path(plain["url"]).replace(".mp4", "-watermarked.mp4")

    assert served.ask("GET", _path(marked["watermark_url"])).status_code == 200
    assert "watermark_url" not in plain
    assert served.ask("GET", guessed).status_code == 404


def test_a_face_has_a_picture(served: Served) -> None:
    """A JPEG, for each face of the session."""
    faces = served.data("POST", IDENTIFY_PATH, {"video_url": "http://described.test/video"})
    (face,) = faces["face_data"]

    reply = served.ask("GET", _path(face["face_image"]))

    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/jpeg")
    assert reply.content.startswith(b"\xff\xd8\xff")
    assert (
        served.ask("GET", _path(face["face_image"]).replace("/0.jpg", "/1.jpg")).status_code == 404
    )


@pytest.mark.parametrize("name", ["a.bin", "with%20blank", "100%25", "a%252Fb", "%C3%A4/%3F%23"])
def test_an_upload_can_be_fetched(served: Served, name: str) -> None:
    """At the URL that it was given, whatever its name."""
    url = served.control("PUT", f"/media/{name}", content=b"hello").json()["url"]

    reply = served.ask("GET", _path(url))

    assert (reply.status_code, reply.content) == (200, b"hello")
    assert reply.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/x/results/1.mp4",
        "/media/{id}/results/1.mp4",
        "/media/{id}/results/../../x.mp4",
        "/media/{id}/faces/1/0.jpg",
        "/media/{id}/faces/850508686686064678/../../0.jpg",
        "/media/{id}/uploads/nothing",
        "/media/{id}/uploads/..%2F..%2Fetc%2Fpasswd",
        "/media/{id}/other/1",
    ],
)
def test_what_never_was_is_404(served: Served, path: str) -> None:
    """Outside the vendor's envelope, and never a file of this machine."""
    public_id = served.happening("GET", f"/accounts/{LOCAL_KEY}")["public_id"]

    reply = served.ask("GET", path.replace("{id}", public_id))

    assert (reply.status_code, reply.text) == (404, "not found\n")


def test_a_result_is_not_there_before_the_end(served: Served) -> None:
    """Its URL could be guessed from nothing that was told."""
    served.create()
    assert served.happening("GET", "/ledger")["units_spent"] == "0.05"
    public_id = served.happening("GET", f"/accounts/{LOCAL_KEY}")["public_id"]

    assert served.ask("GET", f"/media/{public_id}/results/1.mp4").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_media_are_fetched_only(served: Served, method: str) -> None:
    """Other methods are told what there is."""
    reply = served.ask(method, _path(_result(served)["url"]))

    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("duration", [0, 1, 99_999_999_999])
def test_a_seeded_video_of_any_length_is_answered(served: Served, duration: int) -> None:
    """Its description may say a length that no file can have; the server does not fail."""
    url = f"http://described.test/video?id=mine&duration={duration}"
    served.happening("POST", "/media", {"url": url})
    public_id = served.happening("GET", f"/accounts/{LOCAL_KEY}")["public_id"]

    links = Links("", public_id, 0, SECRET_KEY)
    media = MediaPath(public_id, "results", "mine")
    query = f"Expires=1&Signature={signature(SECRET_KEY, 'mine', 1)}"

    assert links.expiry(media, query) == 1
    reply = served.ask("GET", f"/media/{public_id}/results/mine.mp4?{query}")
    assert reply.status_code in (200, 404)


def test_media_of_a_dropped_account_are_gone(served: Served) -> None:
    """With the account."""
    path = _path(_result(served)["url"])
    served.happening("DELETE", f"/accounts/{LOCAL_KEY}")

    assert served.ask("GET", path).status_code == 404


def test_a_medium_has_the_date_of_its_account(served: Served) -> None:
    """Also where it is refused; what belongs to no account has none."""
    path = _path(_result(served)["url"])
    served.happening("POST", "/clock", {"to": 2_000_000_000_000})
    replies = [served.ask("GET", path), served.ask("POST", path), served.ask("GET", "/media/x")]

    assert [reply.status_code for reply in replies] == [403, 405, 404]
    assert [reply.headers.get("date") for reply in replies] == [
        *["Wed, 18 May 2033 03:33:20 GMT"] * 2,
        None,
    ]

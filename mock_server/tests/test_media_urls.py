"""What Links writes, read_media_path reads back."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.media_urls import Links, MediaPath, read_media_path, upload_path
from mock_server.tests.builders import BASE_URL, DAY_MS, NOW, session, task
from mock_server.values import MediaSource, RenderState

LINKS = Links(BASE_URL, "public", 30 * DAY_MS)
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: name.isprintable())


def _arriving(url: str) -> str:
    """Return the path of a URL as a server decodes it."""
    return unquote(urlsplit(url).path)


@pytest.mark.parametrize("watermarked", [False, True])
def test_a_result_is_found_again(watermarked: bool) -> None:  # noqa: FBT001 - a column of the table
    """Plain and watermarked twins have one name and two URLs."""
    url = LINKS.result(task(), watermarked=watermarked)

    assert read_media_path(_arriving(url)) == MediaPath(
        "public", "results", task().result_id, watermarked=watermarked
    )


def test_a_result_expires_30_days_after_its_end() -> None:
    """In whole seconds of Unix time, counted from the later of plan and render."""
    late = task(render=RenderState.READY, rendered_at=NOW + 9000)

    assert LINKS.result(task()).partition("&")[0].endswith(f"={(NOW + 5000) // 1000 + 30 * 86_400}")
    assert LINKS.result(late).partition("&")[0].endswith(f"={(NOW + 9000) // 1000 + 30 * 86_400}")


@given(NAMES.filter(lambda name: "/" not in name))
def test_a_face_is_found_again(name: str) -> None:
    """Whatever its id is."""
    url = LINKS.face("850508686686064678", name)

    assert read_media_path(_arriving(url)) == MediaPath(
        "public", "faces", f"850508686686064678/{name}"
    )


@given(NAMES)
def test_an_upload_is_found_again(name: str) -> None:
    """Whatever its name is: with blanks, slashes, percent signs and letters of any script."""
    url = BASE_URL + upload_path("public", name)

    assert read_media_path(_arriving(url)) == MediaPath("public", "uploads", name)


@pytest.mark.parametrize("name", ["a%41.mp4", "100%.mp4", "a%2Fb", "%25", "a+b c.mp4"])
def test_a_percent_sign_is_decoded_once(name: str) -> None:
    """A name that looks encoded is not decoded a second time."""
    url = BASE_URL + upload_path("public", name)

    assert read_media_path(_arriving(url)) == MediaPath("public", "uploads", name)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/videos",
        "/media/",
        "/media/public",
        "/media/public/results",
        "/media/public/results/1.jpg",
        "/media/public/faces/1.mp4",
        "/media/public/other/1.mp4",
        "/media",
        "",
    ],
)
def test_another_path_is_none_of_ours(path: str) -> None:
    """Only the documented forms are read."""
    assert read_media_path(path) is None


def test_a_source_is_told_as_the_caller_gave_it() -> None:
    """A URL of the mock's own is completed with the host that is asked."""
    own = session(source=MediaSource("/media/public/results/1.mp4", "file"))

    assert LINKS.source(session()) == session().source.url
    assert LINKS.source(own) == f"{BASE_URL}/media/public/results/1.mp4"


def test_a_result_is_gone_after_its_life() -> None:
    """The last instant at which it is there belongs to its life."""
    assert LINKS.gone_at(NOW) == NOW + 30 * DAY_MS + 1

"""Schema and rows are judged together, in one order."""

from decimal import Decimal

import pytest

from kling_lipsync.media import Unreachable, Unreadable
from kling_lipsync.rules.facts import NOT_THERE, Standing
from mock_server.judging import named, not_that, priced
from mock_server.media.described import parse
from mock_server.routes import TASKS_PATH
from mock_server.tests.builders import AUDIO, VIDEO, World, create_body


def _broken(body: object) -> str:
    explanation = World().ask("POST", TASKS_PATH, body).explanation
    assert explanation is not None
    return explanation.rule


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"session_id": 5, "callback_url": "nowhere"}, "transport.field-types"),
        (create_body("", callback_url="nowhere"), "create.required-fields"),
        (create_body("x", callback_url="nowhere", watermark_info=[]), "create.watermark-info"),
        (create_body("x", callback_url="nowhere"), "create.callback-url-form"),
        (create_body("x", choice={"sound_end_time": 1, "sound_insert_time": -1}), "insert-not"),
        (create_body("x", choice={"sound_end_time": 1}), "create.crop-length"),
        (create_body("x"), "create.session-known"),
    ],
)
def test_the_earlier_of_schema_and_row_is_told(body: object, rule: str) -> None:
    """Several rules are broken, some by the schema, some by a function."""
    assert rule in _broken(body)


def test_a_description_of_something_else_is_unreadable() -> None:
    """An audio where a video is wanted is what it is."""
    described = parse(AUDIO)
    assert described is not None

    found = not_that(described, "a video", described_as="audio")

    assert found == Unreadable(0, "audio", "the URL does not describe a video")


def test_a_faulty_description_is_out_of_reach() -> None:
    """With the mistake as the reason."""
    described = parse(f"{VIDEO}&colour=red")
    assert described is not None

    found = not_that(described, "a video", described_as="audio")

    assert isinstance(found, Unreachable)
    assert "unknown key 'colour'" in found.reason


@pytest.mark.parametrize(
    ("name", "thing", "known"), [(None, None, None), ("a", None, NOT_THERE), ("a", 5, 5)]
)
def test_a_name_names_a_thing_or_nothing(name: str | None, thing: object, known: object) -> None:
    """What was not asked for is not missing."""
    assert named(name, thing) == known


def test_a_price_is_part_of_the_standing() -> None:
    """What a call costs is judged with what the account has left."""
    assert priced(Standing(), Decimal(1)) == Standing(price=Decimal(1))

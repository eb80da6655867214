"""The model of the rules against the ways to break them: what one breaks, the other sees."""

import json
from random import Random

import pytest

from contract_tests import breaking
from contract_tests.callers import Fields
from contract_tests.oracle import fields, wild
from contract_tests.ways import Way, break_by

SEEN = frozenset(
    "transport.field-types create.required-fields create.one-face create.one-audio-source "
    "create.times-required create.volume-range create.watermark-info create.callback-url-form "
    "create.sound-start-not-negative create.insert-not-negative create.crop-length".split()
)
"""Rules of a create call that its fields alone can break."""

DRAWN = 100


@pytest.mark.parametrize(
    "way", [way for way in breaking.WAYS if way.rule in SEEN], ids=lambda way: way.rule
)
def test_the_model_sees_what_a_way_breaks(way: Way) -> None:
    """Whatever a way draws, the model names its rule among those that the fields break."""
    unseen = []
    for number in range(DRAWN):
        draft = break_by(way, Random(number)).broken  # noqa: S311 - the same in every run
        if draft.operation == "create" and draft.fields is not None:
            body = json.loads(json.dumps(draft.fields, default=lambda _later: "1"))  # for an id
            if way.rule not in fields.of_create(body):
                unseen.append(body)

    assert unseen == []


def test_a_damaged_body_shares_nothing_with_another() -> None:
    """However many are drawn, each can be sent, and the values to draw from stay as they are."""
    before = json.dumps(wild.ANYTHING)
    for number in range(20 * DRAWN):
        draw = Random(number)  # noqa: S311 - the same in every run
        body: Fields = {"session_id": "1", "face_choose": [{"face_id": "0", "sound_file": "x"}]}
        for _ in range(3):
            body = wild.changed(body, draw)
        assert json.dumps(body)

    assert json.dumps(wild.ANYTHING) == before

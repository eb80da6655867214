"""When several rules are broken, the reply names the first in the rulebook's order."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests import breaking, spec, tokens
from contract_tests.callers import TASKS, Caller, Fields
from contract_tests.drafts import OPERATIONS, plain_fields
from contract_tests.marks import rule
from contract_tests.oracle.pairs import EXCLUSIVE, OFF_CENTRE, Pair, pairs
from contract_tests.scenes import described
from contract_tests.strategies import draws
from contract_tests.targets import Target
from contract_tests.ways import Way

PAIRS = [pair for pair in combinations(breaking.WAYS, 2) if breaking.together(*pair)]

VIDEO_FAULTS: tuple[tuple[str, Fields], ...] = (
    ("identify.video-size", {"bytes": 104_857_601}),
    ("identify.video-format", {"format": "webm"}),
    ("identify.video-duration", {"duration": 60_001}),
    ("identify.video-sides", {"width": 2161}),
    ("identify.video-resolution", {"height": 700}),
    ("identify.video-content", {"moderation": "blocked"}),
)
SOUND_FAULTS: tuple[tuple[str, Fields], ...] = (
    ("create.sound-file-size", {"bytes": 5_242_881}),
    ("create.sound-file-format", {"format": "ogg"}),
    ("create.audio-duration", {"duration": 1999}),
    ("create.sound-content", {"moderation": "blocked"}),
)


@pytest.mark.slow
@rule("transport.check-order")
@pytest.mark.parametrize("name", spec.refusing())
def test_of_two_broken_rules_the_earlier_speaks(target: Target, name: str) -> None:
    """Broken together with any rule that is judged later, a rule is the one that refuses."""
    pairs = [pair for pair in PAIRS if min(map(_place, pair)) == spec.refusing().index(name)]
    told = []
    for one, other in pairs:
        draw = Random(f"{one.rule} {other.rule}")  # noqa: S311 - the same request in every run
        draft, _ = breaking.break_both(one, other, draw)
        told.append(draft.send(Caller(target)).rule)

    assert [pair for pair, spoke in zip(pairs, told, strict=True) if spoke != name] == []


@rule("transport.check-order")
@given(pair=st.sampled_from(PAIRS), draw=draws())
@settings(max_examples=100)
def test_however_two_rules_are_broken_the_earlier_speaks(
    target: Target, pair: tuple[Way, Way], draw: Random
) -> None:
    """The order does not depend on the values by which two rules are broken."""
    draft, first = breaking.break_both(*pair, draw)

    assert draft.send(Caller(target)).rule == first


@rule("transport.check-order")
@pytest.mark.parametrize("pair", tuple(pairs()), ids=lambda pair: f"{pair.first} {pair.second}")
def test_of_two_rules_on_one_part_the_earlier_speaks(target: Target, pair: Pair) -> None:
    """What is broken in two ways in one place is refused for the rule that is judged first."""
    assert pair.call(Caller(target)).rule == pair.first


def test_no_pair_of_rules_is_forgotten() -> None:
    """Two rules that refuse one operation are broken together here, or it is said why not."""
    held = {frozenset((one.rule, other.rule)) for one, other in PAIRS}
    held |= {frozenset((pair.first, pair.second)) for pair in pairs()}
    held |= {
        frozenset((one, other)) for _, some, others in EXCLUSIVE for one in some for other in others
    }
    asked = {
        frozenset((one, other))
        for one, other in combinations(spec.refusing(), 2)
        if _operations(one) & _operations(other)
    }

    assert sorted(map(sorted, asked - held)) == []


@rule("transport.check-order", *(name for name, _ in VIDEO_FAULTS))
def test_a_videos_faults_are_told_in_their_order(target: Target) -> None:
    """With everything wrong, each fault that is mended brings the next one to light."""
    caller = Caller(target)
    told = []
    for place in range(len(VIDEO_FAULTS) + 1):
        facts: Fields = {}
        for _, fault in VIDEO_FAULTS[place:]:
            facts |= fault
        told.append(caller.identify(described("video", facts)).rule)

    assert told == [*(name for name, _ in VIDEO_FAULTS), None]


@rule("transport.check-order", *(name for name, _ in SOUND_FAULTS))
def test_a_sounds_faults_are_told_in_their_order(target: Target) -> None:
    """With everything wrong, each fault that is mended brings the next one to light."""
    caller = Caller(target)
    fields = plain_fields(caller, OFF_CENTRE)
    told = []
    for place in range(len(SOUND_FAULTS) + 1):
        facts: Fields = {"duration": OFF_CENTRE.sound}
        for _, fault in SOUND_FAULTS[place:]:
            facts |= fault
        fields["face_choose"][0]["sound_file"] = described("audio", facts)
        told.append(caller.create(fields).rule)

    assert told == [*(name for name, _ in SOUND_FAULTS), None]


@rule("transport.check-order")
def test_a_creates_faults_are_told_in_their_order(target: Target) -> None:
    """From an unknown session to a volume, each fault that is mended brings the next to light."""
    caller = Caller(target)
    good = plain_fields(caller, OFF_CENTRE)
    choice: Fields = good["face_choose"][0]
    wrong: list[tuple[str, str, object]] = [
        ("callback_url", "transport.field-types", 1),
        ("sound_volume", "create.volume-range", 3),
        ("watermark_info", "create.watermark-info", "yes"),
        ("sound_start_time", "create.sound-start-not-negative", -1),
        ("sound_insert_time", "create.insert-not-negative", -1),
        ("sound_end_time", "create.crop-length", 1999),
        ("session_id", "create.session-known", "1"),
        ("face_id", "create.face-in-session", "x"),
        ("sound_file", "create.sound-file-form", "no base64"),
    ]
    told = []
    for place in range(len(wrong) + 1):
        faults = {name: value for name, _, value in wrong[place:]}
        top = {name: faults.get(name, good.get(name, "")) for name in _TOP} | {
            "watermark_info": faults.get("watermark_info", {})
        }
        entry = {name: faults.get(name, choice.get(name, 1)) for name in _ENTRY}
        told.append(caller.create({**top, "face_choose": [entry]}).rule)

    assert told == [*(name for _, name, _ in wrong), None]


@rule("transport.check-order")
@pytest.mark.parametrize("name", spec.refusing()[:7])
def test_a_credential_is_judged_before_the_path(target: Target, name: str) -> None:
    """Who does not prove who they are learns nothing of what exists."""
    case = breaking.breaks(name, Random(name))  # noqa: S311 - the same request in every run
    case.broken.path = "/v1/no/such/path"

    assert case.broken.send(Caller(target)).rule == name


@rule("transport.check-order")
def test_a_tokens_faults_are_told_in_their_order(target: Target) -> None:
    """A token that is wrong in every way is refused for one thing after the other."""
    caller, now = Caller(target), tokens.host_seconds()
    good = tokens.claims(caller.key)
    late = {**good, "exp": now - 900, "nbf": now + 900}
    made = [
        tokens.mint("wrong", {**late, "iss": "nobody"}, {"alg": "HS384"}),
        tokens.mint("wrong", {**late, "iss": "nobody"}),
        tokens.mint("wrong", late),
        tokens.mint(caller.secret, late),
        tokens.mint(caller.secret, {**late, "nbf": now - 5}),
        tokens.mint(caller.secret, good),
    ]
    headers = [{"authorization": f"Bearer {token}"} for token in made]
    told = [caller.request("GET", TASKS, headers=header).rule for header in headers]

    assert told == [*spec.refusing()[2:7], None]


@rule("transport.check-order")
def test_a_sounds_times_are_judged_in_their_order(target: Target) -> None:
    """A crop past the sound, past the video and off the face is refused in this order."""
    caller = Caller(target)
    fields = plain_fields(caller, OFF_CENTRE)
    told = []
    for start, end, insert in _TIMES:
        times = {"sound_start_time": start, "sound_end_time": end, "sound_insert_time": insert}
        fields["face_choose"][0].update(times)
        told.append(caller.create(fields).rule)

    assert told == [
        "create.sound-end-within-audio",
        "create.insert-within-video",
        "create.overlap-with-face",
        None,
    ]


def _operations(name: str) -> set[str]:
    named = spec.rule(name).operations
    return set(OPERATIONS if "any" in named else named)


def _place(way: Way) -> int:
    return spec.refusing().index(way.rule)


_TIMES = ((2900, 5001, 6500), (2900, 5000, 6500), (2900, 5000, 5500), (2900, 5000, 1000))
_TOP = ("session_id", "callback_url", "external_task_id")
_ENTRY = (
    *("face_id", "sound_file", "sound_start_time", "sound_end_time", "sound_insert_time"),
    "sound_volume",
)

"""Every rule that refuses: broken alone it is refused under its name, and mended it is not."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests import breaking, drafts, drawing, edges, spec
from contract_tests.breaks_fields import LARGEST_LONG
from contract_tests.callers import Caller
from contract_tests.drafts import Draft
from contract_tests.edges import Edge
from contract_tests.exchanges import ACCEPTED, faults, message_of, refusals_by, refused_by
from contract_tests.marks import each_rule, rule, side
from contract_tests.scenes import SCENE, Scene
from contract_tests.strategies import broken_drafts, draws, valid_drafts
from contract_tests.targets import Target
from contract_tests.ways import Broken

EDGES = [
    pytest.param(edge, marks=rule(edge.rule), id=f"{edge.rule} {edge.unit}") for edge in edges.EDGES
]


@rule("envelope.status-and-code")
@given(draft=valid_drafts())
def test_a_valid_request_is_accepted(target: Target, draft: Draft) -> None:
    """Whatever breaks no rule is accepted, with every option in every form that is allowed."""
    exchange = draft.send(Caller(target))

    assert exchange.verdict == ACCEPTED
    assert list(faults(exchange, draft.operation)) == []


@side("negative", "positive")
@pytest.mark.parametrize("name", each_rule(spec.refusing()))
@given(data=st.data())
def test_a_rule_broken_alone_refuses(target: Target, name: str, data: st.DataObject) -> None:
    """A request that breaks one rule is refused under its name and code, and not once mended."""
    case: Broken = data.draw(broken_drafts(name))
    caller = Caller(target)
    refused = case.broken.send(caller)

    assert refused.verdict in refusals_by(name)
    assert message_of(name, refused.code).fullmatch(refused.envelope["message"])
    assert list(faults(refused, case.broken.operation)) == []
    assert case.mended.send(caller).verdict == ACCEPTED


@side("boundary")
@pytest.mark.parametrize("edge", EDGES)
@given(draw=draws())
@settings(max_examples=5)
def test_both_sides_of_an_edge(target: Target, edge: Edge, draw: Random) -> None:
    """The last legal values of a quantity are accepted, and the first illegal ones refused."""
    legal = [edge.build(draw, value).send(Caller(target)).verdict for value in edge.legal]
    illegal = [edge.build(draw, value).send(Caller(target)).verdict for value in edge.illegal]

    assert legal == [ACCEPTED] * len(edge.legal)
    assert illegal == [refused_by(edge.rule)] * len(edge.illegal)


@pytest.mark.slow
@pytest.mark.parametrize("name", each_rule(spec.refusing()))
def test_a_rule_refuses_over_a_socket(socket_target: Target, name: str) -> None:
    """Each rule refuses in the same way where requests come as bytes over a connection."""
    case = breaking.breaks(name, Random(name))  # noqa: S311 - the same request in every run
    refused = case.broken.send(Caller(socket_target))

    assert refused.verdict in refusals_by(name)
    assert list(faults(refused, case.broken.operation)) == []


@rule("transport.field-types")
@pytest.mark.parametrize("field", ["sound_start_time", "sound_end_time", "sound_insert_time"])
def test_a_long_has_64_bits(target: Target, field: str) -> None:
    """The largest long is a number too late, and the next one is no long."""
    caller = Caller(target)
    draft = drawing.valid("create", Random(1))  # noqa: S311 - any scene does
    largest, next_one = draft.copy(), draft.copy()
    largest.choice[field] = LARGEST_LONG
    next_one.choice[field] = LARGEST_LONG + 1

    assert largest.send(caller).rule != "transport.field-types"
    assert next_one.send(caller).verdict == refused_by("transport.field-types")


@rule("transport.field-types")
@pytest.mark.parametrize("field", ["sound_start_time", "sound_end_time", "sound_insert_time"])
@given(draw=draws())
@settings(max_examples=5)
def test_a_whole_number_may_have_a_decimal_point(target: Target, field: str, draw: Random) -> None:
    """3000.0 is a legal long, for a whole number is what it is."""
    draft = drawing.valid("create", draw)
    draft.choice[field] = float(draft.choice[field])

    assert draft.send(Caller(target)).verdict == ACCEPTED


@rule("create.audio-duration", "identify.video-duration")
@pytest.mark.parametrize(
    ("shortest", "longest", "verdict"),
    [(1999, 2000, "accepted"), (60_000, 60_001, "accepted"), (1998, 1999, "refused")],
)
def test_a_length_is_judged_by_both_its_witnesses(
    target: Target, shortest: int, longest: int, verdict: str
) -> None:
    """A length that container and samples tell differently is refused only when both fail."""
    witnesses = f"container={shortest}&stream={shortest}&samples={longest}"
    caller = Caller(target)
    identified = caller.identify(f"http://described.test/video?{witnesses}")
    fields = drafts.plain_fields(caller, Scene(8000, (0, 8000), 5000, 0, 2000, 0))
    fields["face_choose"][0]["sound_file"] = f"http://described.test/audio?{witnesses}"
    fields["face_choose"][0]["sound_end_time"] = 2000
    created = caller.create(fields)

    assert (identified.rule is None) is (verdict == "accepted")
    assert (created.rule is None) is (verdict == "accepted")
    assert identified.rule in (None, "identify.video-duration")
    assert created.rule in (None, "create.audio-duration")


@rule("envelope.server-fault")
@pytest.mark.parametrize("code", spec.rule("envelope.server-fault").codes)
@pytest.mark.parametrize(("phase", "verdict"), [("before", "get.known-task"), ("after", None)])
def test_a_server_fault_says_nothing_about_the_task(
    target: Target, code: int, phase: str, verdict: str | None
) -> None:
    """A create that fails on the service's side may have made its task, or not."""
    caller = Caller(target)
    fields = drafts.plain_fields(caller, SCENE, external_task_id="mine")
    caller.stage(code=code, operations=["create"], phase=phase)
    failed = caller.create(fields)

    assert failed.verdict == ("envelope.server-fault", code, spec.status_of(code))
    assert caller.get("mine").rule == verdict
    assert len(caller.page().data) == (verdict is None)

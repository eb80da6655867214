"""The form of a call is judged before what it says."""

import pytest

from kling_lipsync.rules.facts import Facts, Finding, Transport
from kling_lipsync.rules.tests.builders import NOW, changed, judged

POST = Transport("/v1/videos/identify-face", "POST", True, True, True, "application/json")  # noqa: FBT003 - positions of a short value


def _call(**changes: object) -> Facts:
    return Facts(NOW, transport=changed(POST, changes))


def test_an_unknown_path_is_refused() -> None:
    """The path is told, and one that exists."""
    found = judged("transport.known-path", _call(path="/v1/videos", known_path=False))

    assert found == Finding("/v1/videos", "path", "/v1/videos/advanced-lip-sync")


def test_a_method_that_the_path_does_not_have_is_refused() -> None:
    """The method is told."""
    found = judged("transport.known-method", _call(method="PUT", known_method=False))

    assert found == Finding("PUT", "method")


def test_the_method_of_an_unknown_path_is_not_judged() -> None:
    """Where the path is unknown, that is what is wrong."""
    facts = _call(known_path=False, known_method=False)

    assert judged("transport.known-method", facts) is None


@pytest.mark.parametrize("name", ["transport.known-path", "transport.known-method"])
def test_a_known_route_passes(name: str) -> None:
    """A path and a method of an operation pass."""
    assert judged(name, _call()) is None


@pytest.mark.parametrize(
    "sent",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json ;charset=latin-1",
    ],
)
def test_json_is_json_in_any_case_and_with_parameters(sent: str) -> None:
    """Only the media type counts."""
    assert judged("transport.content-type", _call(content_type=sent)) is None


@pytest.mark.parametrize(
    "sent", ["text/plain", "application/json5", "application/x-www-form-urlencoded", "", ";", "é"]
)
def test_another_content_type_is_refused(sent: str) -> None:
    """The type that was sent is told, and the one that is asked for."""
    found = judged("transport.content-type", _call(content_type=sent))

    assert found == Finding(sent, "Content-Type", "application/json")


def test_a_missing_content_type_follows_the_reading() -> None:
    """It counts as JSON, unless the reading refuses it."""
    facts = _call(content_type=None)

    assert judged("transport.content-type", facts) is None
    assert judged("transport.content-type", facts, content_type_missing="refuse") == Finding(
        None, "Content-Type", "application/json"
    )


def test_a_get_is_not_asked_for_its_content_type() -> None:
    """Where no body is read, its type does not matter."""
    assert judged("transport.content-type", _call(has_body=False, content_type="a/b")) is None


def test_a_body_that_is_no_object_is_refused() -> None:
    """Why it is none is told."""
    found = judged("transport.json-body", _call(body_fault="a JSON array, not an object"))

    assert found == Finding("a JSON array, not an object", "body", "one JSON object")


def test_a_well_formed_body_passes() -> None:
    """Without a fault of form there is nothing to say."""
    assert judged("transport.json-body", _call(body_fault=None)) is None


def test_a_time_with_a_point_is_refused_where_the_reading_says_so() -> None:
    """3000.0 passes under `whole-value` and not under `integer-literal`."""
    facts = Facts(NOW, fractional_times=("face_choose[0].sound_end_time",))

    found = judged("transport.field-types", facts, number_for_time="integer-literal")

    assert found == Finding("a number with a decimal point", "face_choose[0].sound_end_time")
    assert judged("transport.field-types", facts) is None


def test_times_without_a_point_pass() -> None:
    """Integer literals pass under every reading."""
    assert judged("transport.field-types", Facts(NOW), number_for_time="integer-literal") is None


def test_an_unknown_parameter_is_refused_where_the_reading_says_so() -> None:
    """It is ignored under `ignore`, and the first one is told under `refuse`."""
    facts = Facts(NOW, unknown_fields=("colour", "size"))

    assert judged("transport.unknown-fields", facts) is None
    assert judged("transport.unknown-fields", facts, unknown_field="refuse") == Finding(
        "not documented", "colour"
    )
    assert judged("transport.unknown-fields", Facts(NOW), unknown_field="refuse") is None


@pytest.mark.parametrize("code", [5000, 5001, 5002])
def test_the_service_fails_when_somebody_staged_it(code: int) -> None:
    """A staged code from 5000 up strikes here."""
    found = judged("envelope.server-fault", Facts(NOW, staged_code=code))

    assert found == Finding("staged", "fault", code=code)


@pytest.mark.parametrize("code", [0, 1300, 1303])
def test_another_staged_code_is_no_fault_of_the_service(code: int) -> None:
    """Codes below 5000 strike at other rules."""
    assert judged("envelope.server-fault", Facts(NOW, staged_code=code)) is None

"""The eighteen defects found in twelve SDKs: each a property, and a copy of it that fails there.

A property takes no arguments and asserts what must hold of both clients.  A planted copy is
the defect written into this client for the length of a test: with it, the property must fail.
"""

from collections.abc import Callable, Mapping

import pytest
from attrs import frozen

from kling_lipsync.client.tests import plants, properties

Plant = Callable[[pytest.MonkeyPatch], None]
Property = Callable[[], None]


@frozen
class Defect:
    """A defect of the list, the property that excludes it, and how it is planted here."""

    name: str
    holds: Property
    plant: Plant


DEFECTS = (
    Defect("D1", properties.every_end_ends_a_wait, plants.plant_forgotten_end),
    Defect("D2", properties.an_outage_does_not_end_a_wait, plants.plant_no_budget),
    Defect("D3", properties.a_deadline_is_kept, plants.plant_late_deadline),
    Defect("D4", properties.nothing_is_returned_that_has_not_succeeded, plants.plant_early_result),
    Defect(
        "D5",
        properties.nothing_is_returned_that_has_not_succeeded,
        plants.plant_unknown_is_a_result,
    ),
    Defect(
        "D6", properties.a_date_to_retry_after_is_obeyed, plants.plant_retry_after(plants.iso_date)
    ),
    Defect("D7", properties.what_is_sent_again_is_the_same, plants.plant_lost_fields),
    Defect(
        "D8",
        properties.milliseconds_to_retry_after_are_obeyed,
        plants.plant_retry_after(plants.compared_as_text),
    ),
    Defect("D9", properties.signatures_are_checked_well, plants.plant_loose_signature),
    Defect("D10", properties.retries_are_counted_as_documented, plants.plant_wrong_count),
    Defect("D11", properties.a_day_to_retry_after_is_not_waited, plants.plant_no_cap),
    Defect(
        "D12",
        properties.seconds_to_retry_after_are_obeyed,
        plants.plant_retry_after(lambda _: None),
    ),
    Defect("D12 polls", properties.a_wait_does_not_hammer, plants.plant_fast_poll),
    Defect("D14", properties.retries_are_on_without_being_asked_for, plants.plant_no_retries),
    Defect("D15", properties.seconds_to_retry_after_are_obeyed, plants.plant_no_retries),
    Defect("D16 id", properties.a_create_sends_all_it_was_given, plants.plant_dropped_id),
    Defect(
        "D16 watermark", properties.a_create_sends_all_it_was_given, plants.plant_dropped_watermark
    ),
    Defect("D16 unchecked", properties.a_create_sends_all_it_was_given, plants.plant_unchecked),
    Defect("D16 -1", properties.a_create_sends_all_it_was_given, plants.plant_minus_one),
    Defect(
        "D17",
        properties.a_wait_has_a_deadline_and_an_interval_that_adapts,
        plants.plant_no_deadline,
    ),
    Defect(
        "D17 frozen",
        properties.a_wait_has_a_deadline_and_an_interval_that_adapts,
        plants.plant_frozen_interval,
    ),
    Defect("D18", properties.dripping_ends_with_the_limit, plants.plant_endless_reading),
)
CANNOT_OCCUR: Mapping[str, str] = {
    "D13": "there is no multipart body: audio is sent as base64 in one JSON document",
    "D5 aborted": "a status that is not in the contract becomes a member of its own, not an error",
    "D16 path": "paths come from the generated client, which is made from the spec",
    "D16 both inputs": "`create` takes one `audio`, so two cannot be given",
    "D16 dead option": "each option of RetryPolicy is read in one place, and tested by its effect",
    "D12 caps": "both clients run one policy; `on_both` compares every pause of every example",
    "D13 twins": "the blocking client's text follows from the awaited one's (test_twins)",
}
"""Defects, or parts of one, for which there is no place in this client, with the reason."""


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_the_client_has_none_of_the_defects(defect: Defect) -> None:
    """Each property holds of both clients."""
    defect.holds()


@pytest.mark.filterwarnings("ignore::kling_lipsync.client.waiting.UnknownState")
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_copy_is_found(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the defect written into the client, its property fails."""
    defect.plant(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        defect.holds()


def test_no_defect_is_left_out() -> None:
    """All eighteen stand in one of the two tables."""
    listed = {defect.name.split()[0] for defect in DEFECTS} | {
        name.split()[0] for name in CANNOT_OCCUR
    }

    assert listed == {f"D{number}" for number in range(1, 19)}

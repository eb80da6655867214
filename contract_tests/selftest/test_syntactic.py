"""Changes by a machine: what they are, what is left out, and whose tests meet them first."""

from pathlib import Path

from contract_tests.selftest import mutation
from contract_tests.selftest.mutants import CHECKOUT
from contract_tests.selftest.syntactic import Change, changes_of

SOURCE = '''\
"""A module."""

WIDE = 5


def fits(value: int | None, wide: int = WIDE) -> bool | None:
    """Say whether it fits."""
    try:
        return value is not None and value < wide
    except (TypeError, ValueError):
        return None
'''


def changed(tmp_path: Path) -> list[Change]:
    """Return the changes of the module."""
    path = tmp_path / "module.py"
    path.write_text(SOURCE)
    return list(changes_of(path, "module.py"))


def test_a_change_is_one_place_of_the_code(tmp_path: Path) -> None:
    """Numbers, comparisons and logic are changed, each in a text of its own."""
    names = {one.name for one in changed(tmp_path)}

    assert "module.py: WIDE = 5 -> WIDE = 6" in names
    assert "module.py: WIDE = 5 -> WIDE = 4" in names
    told = "module.py: return value is not None and value < wide -> "
    assert told + "return value is not None and value <= wide" in names
    assert told + "return value is not None or value < wide" in names
    assert len(names) == len(changed(tmp_path))


def test_annotations_are_left_alone(tmp_path: Path) -> None:
    """What differs from the original in an annotation alone is no change."""
    assert [one.name for one in changed(tmp_path) if "int |" in one.name.split(" -> ")[0]] == []


def test_a_change_knows_its_function(tmp_path: Path) -> None:
    """The function at the top of the module, or none."""
    places = {one.name: one.function for one in changed(tmp_path)}

    assert set(places.values()) == {"", "fits"}
    assert places["module.py: WIDE = 5 -> WIDE = 6"] == ""


def test_the_tests_of_the_changed_rule_come_first() -> None:
    """A function of the rules belongs to what it enforces, other modules to their area."""

    def rules(path: str, function: str) -> tuple[str, ...]:
        return mutation.rules_of(Change(path, "", "", function))

    assert rules("kling_lipsync/rules/create.py", "crop_length") == ("create.crop-length",)
    assert "identify.video-resolution" in rules("kling_lipsync/rules/identify.py", "_pixel_area")
    assert rules("kling_lipsync/rules/limits.py", "nearest_within") == ()
    assert "auth.claims" in rules("mock_server/credentials.py", "_missing_claim")
    assert "lifecycle.result" in rules("mock_server/lifecycle.py", "seen_at")


def test_what_is_changed_is_there() -> None:
    """The modules of the measure are those of the rules, and three of the server."""
    paths = mutation.modules()

    assert "kling_lipsync/rules/auth.py" in paths
    assert [path for path in paths if not (CHECKOUT / path).is_file()] == []


def test_every_argument_says_something() -> None:
    """No change is called equivalent without a reason, and each is one of a measured module."""
    reasons = mutation.equivalents()

    assert all(len(why) > 20 for why in reasons.values())
    assert all(name.partition(": ")[0] in mutation.modules() for name in reasons)

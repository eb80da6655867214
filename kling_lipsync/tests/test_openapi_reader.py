"""What openapi.yaml may say is known to the last key."""

from collections.abc import Callable
from copy import deepcopy

import pytest

from kling_lipsync.openapi_reader import check_openapi
from kling_lipsync.rulebook import SpecError
from kling_lipsync.tests.builders import Document, real_contract


def _real() -> Document:
    return deepcopy(real_contract().openapi)


def _choice(openapi: Document) -> Document:
    choice: Document = openapi["components"]["schemas"]["FaceChoice"]
    return choice


def test_the_contract_is_understood() -> None:
    """The document of this checkout passes, and is left as it is."""
    document = _real()

    check_openapi(document)

    assert document == real_contract().openapi


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (lambda d: d, r"openapi\.yaml: unknown key 'minimun'"),
        (_choice, r"schemas/FaceChoice: unknown key 'minimun'"),
        (lambda d: _choice(d)["properties"]["sound_volume"], r"properties/sound_volume: unknown"),
        (lambda d: _choice(d)["then"]["properties"]["sound_file"], r"FaceChoice/then/properties"),
        (lambda d: _choice(d)["else"], r"FaceChoice/else: unknown key 'minimun'"),
        (
            lambda d: d["components"]["schemas"]["CreateTaskInput"]["properties"]["face_choose"][
                "items"
            ],
            r"face_choose/items: unknown key 'minimun'",
        ),
        (
            lambda d: d["components"]["parameters"]["pageSize"]["schema"],
            r"parameters/pageSize/schema: unknown key 'minimun'",
        ),
    ],
    ids=["top", "schema", "property", "then", "else", "items", "parameter"],
)
def test_a_misspelt_keyword_is_refused(place: Callable[[Document], Document], words: str) -> None:
    """A keyword that nothing reads would silently lift a promise; its place is told."""
    document = _real()
    place(document)["minimun"] = 0

    with pytest.raises(SpecError, match=words):
        check_openapi(document)


@pytest.mark.parametrize("place", [("info",), ("paths", "/v1/videos/identify-face", "post")])
def test_an_extension_that_nothing_reads_is_refused(place: tuple[str, ...]) -> None:
    """x-errors is the only one."""
    document = _real()
    target = document
    for name in place:
        target = target[name]
    target["x-colour"] = "red"

    with pytest.raises(SpecError, match=r"/x-colour: an extension that nothing reads"):
        check_openapi(document)


@pytest.mark.parametrize("code", ["1201", "5002"])
def test_a_code_that_only_one_of_both_knows_is_refused(code: str) -> None:
    """x-errors and the enum of service codes are the same set."""
    document = _real()
    del document["x-errors"][code]

    with pytest.raises(SpecError, match=f"differ in: {code}"):
        check_openapi(document)

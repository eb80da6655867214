"""The models and operations are those of the spec, all of them, and hold what it shows.

The generator drops what it does not understand without a word, so nothing here is a list of names:
everything expected is read from spec/openapi.yaml.
"""

import copy
import importlib
import inspect
import pickle
import re
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest
import yaml
from kling_lipsync_api import models
from kling_lipsync_api.models import ServiceCode, Task, TaskStatus
from kling_lipsync_api.types import UNSET

T = TypeVar("T")

SPEC = yaml.safe_load((Path(__file__).parents[2] / "openapi.yaml").read_bytes())
SCHEMAS = SPEC["components"]["schemas"]
OBJECTS = [name for name, schema in SCHEMAS.items() if schema["type"] == "object"]
ENUMS = [name for name, schema in SCHEMAS.items() if "enum" in schema]
OPERATIONS = [
    (path, method)
    for path, item in SPEC["paths"].items()
    for method in item
    if method != "parameters"
]


def named_examples(node: object, place: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield place, schema name and value of each example anywhere in the spec."""
    if isinstance(node, dict):
        schema = node.get("schema", {}).get("$ref", "").split("/")[-1]
        for name, example in node.get("examples", {}).items():
            yield f"{place}/{name}", schema, example["value"]
        for key, child in node.items():
            yield from named_examples(child, f"{place}/{key}")


EXAMPLES = [pytest.param(*case[1:], id=case[0]) for case in named_examples(SPEC)]


def snake(name: str) -> str:
    """Return the Python spelling of a camelCase name."""
    return re.sub("([A-Z])", r"_\1", name).lower()


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a possible `$ref` points to."""
    for part in node.get("$ref", "#").split("/")[1:]:
        node = SPEC["components"] if part == "components" else node[part]
    return node


def pickled(value: T) -> T:
    """Return what another process would get."""
    again: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - written just now
    return again


def test_every_schema_has_a_class() -> None:
    """The models are the schemas of the spec, no more and no less."""
    assert sorted(models.__all__) == sorted(SCHEMAS)
    assert sorted(OBJECTS + ENUMS) == sorted(SCHEMAS)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_property_has_a_field(name: str) -> None:
    """A model has a field for each property, and may be made without the optional ones."""
    fields = attrs.fields_dict(getattr(models, name))
    fields.pop("additional_properties")

    assert set(fields) == set(SCHEMAS[name]["properties"])
    required = {field for field, made in fields.items() if made.default is attrs.NOTHING}
    assert required == set(SCHEMAS[name].get("required", ()))


@pytest.mark.parametrize("name", ENUMS)
def test_every_value_has_a_member(name: str) -> None:
    """An enum has the values of the spec."""
    enum: type[Enum] = getattr(models, name)

    assert sorted(member.value for member in enum) == sorted(SCHEMAS[name]["enum"])


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_has_its_functions(path: str, method: str) -> None:
    """An operation has four functions that take its arguments and return its success alone."""
    operation = SPEC["paths"][path][method]
    tag = operation["tags"][0].replace("-", "_")
    module = importlib.import_module(
        f"kling_lipsync_api.api.{tag}.{snake(operation['operationId'])}"
    )
    parameters = {snake(resolved(found)["name"]) for found in operation.get("parameters", ())}
    expected = parameters | {"client"} | ({"body"} if "requestBody" in operation else set())
    success = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]

    for name in ("sync", "sync_detailed", "asyncio", "asyncio_detailed"):
        assert set(inspect.signature(getattr(module, name)).parameters) == expected
    answer = getattr(models, success.split("/")[-1])
    assert inspect.signature(module.sync).return_annotation is answer
    assert inspect.signature(module.asyncio).return_annotation is answer


@pytest.mark.parametrize(("schema", "value"), EXAMPLES)
def test_every_example_survives(schema: str, value: dict[str, Any]) -> None:
    """A named example of the spec is the same after decoding and encoding."""
    model = getattr(models, schema)

    decoded = model.from_dict(value)

    assert decoded.to_dict() == value
    assert decoded.additional_properties == {}


@pytest.mark.parametrize(("schema", "value"), EXAMPLES)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickled])
def test_every_example_can_be_copied(
    duplicate: Callable[[object], Any], schema: str, value: dict[str, Any]
) -> None:
    """A copied or pickled model is equal, and encodes to the same: UNSET stays UNSET."""
    decoded = getattr(models, schema).from_dict(value)

    again = duplicate(decoded)

    assert again == decoded
    assert again.to_dict() == value


@pytest.mark.parametrize(("enum", "value"), [(TaskStatus, "queued"), (ServiceCode, 1999)])
def test_an_unknown_value_is_a_member(enum: type[Enum], value: object) -> None:
    """A value that the contract does not know is a member of the enum that survives pickling."""
    member = enum(value)

    assert isinstance(member, enum)
    assert member.value == value
    assert repr(member) == f"<{enum.__name__}.UNKNOWN_{value}: {value!r}>"
    assert pickled(member) == member == copy.deepcopy(member)
    assert member not in list(enum)


@pytest.mark.parametrize(("enum", "value"), [(TaskStatus, 1), (ServiceCode, "1201")])
def test_a_value_of_another_type_is_no_member(enum: type[Enum], value: object) -> None:
    """A number is no status and a string no code."""
    with pytest.raises(ValueError, match="is not a valid"):
        enum(value)


def example_task(**changes: object) -> dict[str, Any]:
    """Return the vendor's sample of a task, with changes."""
    call = SPEC["paths"]["/v1/videos/advanced-lip-sync/{task_id}"]["get"]
    examples = call["responses"]["200"]["content"]["application/json"]["examples"]
    return {**copy.deepcopy(examples["documented"]["value"]["data"]), **changes}


@pytest.mark.parametrize("name", ["task_result", "final_unit_deduction", "final_balance_deduction"])
def test_null_is_absent(name: str) -> None:
    """An optional field that comes as null is UNSET, and is left out again."""
    task = Task.from_dict(example_task(**{name: None}))

    assert getattr(task, name) is UNSET
    assert name not in task.to_dict()


def test_unknown_fields_are_kept() -> None:
    """A field that the contract does not know is kept as it came, null included."""
    task = Task.from_dict(example_task(priority=3, note=None))

    assert task.additional_properties == {"priority": 3, "note": None}
    assert task.to_dict() == example_task(priority=3, note=None)


def test_a_number_for_a_string_is_its_digits() -> None:
    """A duration or a price that comes as a number is read as the string it should have been."""
    video = {"id": 850508571044929586, "url": "https://media.example.com/a.mp4", "duration": 5}
    task = Task.from_dict(
        example_task(final_unit_deduction=0.05, task_info={"parent_video": video})
    )

    assert task.final_unit_deduction == "0.05"
    assert task.task_info.parent_video.duration == "5"
    assert task.task_info.parent_video.id == "850508571044929586"


def test_a_whole_float_is_an_integer() -> None:
    """An instant written as 1722769557708.0 is the same instant, as an int."""
    created_at = Task.from_dict(example_task(created_at=1722769557708.0)).created_at

    assert created_at == 1722769557708
    assert isinstance(created_at, int)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("task_id", ["1"], "a string"),
        ("task_status", True, "a string"),
        ("task_info", "none", "an object"),
        ("task_result", {"videos": {}}, "an array"),
        ("created_at", "1722769557708", "a whole number"),
        ("created_at", 0.5, "a whole number"),
        ("updated_at", True, "a whole number"),
        ("final_unit_deduction", False, "a string"),
        ("watermark_info", {"enabled": 1}, "true or false"),
        ("task_status_msg", None, "a string"),
    ],
)
def test_a_wrong_type_is_an_error(name: str, value: object, expected: str) -> None:
    """A field of a wrong type is an error that names the field and the type expected."""
    with pytest.raises(TypeError, match=rf"^'\w+' is .*, expected {expected}$"):
        Task.from_dict(example_task(**{name: value}))


def test_unset_prints_as_such() -> None:
    """A model prints what was left out as UNSET."""
    assert repr(models.IdentifyInput(video_id="1")) == (
        "IdentifyInput(video_id='1', video_url=UNSET, additional_properties={})"
    )

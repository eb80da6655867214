"""A path and a method lead to one of four operations, or nowhere."""

import pytest

from mock_server.routes import IDENTIFY_PATH, TASKS_PATH, Route, find_route
from mock_server.tests.builders import call


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", IDENTIFY_PATH, "identify"),
        ("POST", TASKS_PATH, "create"),
        ("GET", TASKS_PATH, "list"),
        ("GET", f"{TASKS_PATH}/850512470691213348", "get"),
    ],
)
def test_the_four_operations_are_found(method: str, path: str, operation: str) -> None:
    """Two of them read a body."""
    route = find_route(call(method, path))

    assert (route.operation, route.known_path) == (operation, True)
    assert route.has_body == (method == "POST")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", IDENTIFY_PATH),
        ("DELETE", TASKS_PATH),
        ("HEAD", TASKS_PATH),
        ("post", TASKS_PATH),
        ("POST", f"{TASKS_PATH}/1"),
    ],
)
def test_a_known_path_has_its_methods_only(method: str, path: str) -> None:
    """The path is known, the operation is not; methods have case."""
    route = find_route(call(method, path))

    assert (route.operation, route.known_path, route.has_body) == (None, True, False)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1/videos",
        f"{TASKS_PATH}/",
        f"{TASKS_PATH}/1/2",
        f"{TASKS_PATH}//",
        f"{IDENTIFY_PATH}/",
        TASKS_PATH.upper(),
        f"//{TASKS_PATH}",
    ],
)
def test_another_path_leads_nowhere(path: str) -> None:
    """Paths have case, and slashes count."""
    assert find_route(call("GET", path)) == Route(None, known_path=False)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"greeting-17", "greeting-17"),
        (b"a%2Fb", "a/b"),
        (b"a%252Fb", "a%2Fb"),
        (b"%20", " "),
        (b"%E2%82%AC", "\u20ac"),
        (b"%FF", "\ufffd"),
        (b"a+b", "a+b"),
        (b"%", "%"),
    ],
)
def test_an_id_is_decoded_once(raw: bytes, name: str) -> None:
    """An external id may hold anything, a slash too; bytes that are no text are replaced."""
    asked = call("GET", f"{TASKS_PATH}/decoded", raw_path=f"{TASKS_PATH}/".encode() + raw)

    assert find_route(asked).path_id == name

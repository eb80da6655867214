"""What a mock has seen of one account: units, callbacks, calls, and what was wrong with them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mock_server.testing.asking import Asking, Json, control


class NotClean(AssertionError):
    """The client under test did what the real service would punish; the text says what."""


class Witness:
    """Tells what happened to one account of a mock."""

    def __init__(self, mock: Asking, access_key: str) -> None:
        self.mock = mock
        self.access_key = access_key

    def ledger(self) -> Json:
        """Return the units taken: `units_spent` and `lines`, newest first."""
        answer: Json = self._control("GET", "/ledger")
        return answer

    def deliveries(self, **filters: object) -> list[Json]:
        """Return the callbacks and their attempts, newest first."""
        found: list[Json] = self._control("GET", "/deliveries", query=filters)["deliveries"]
        return found

    def wait_for_deliveries(self, count: int, **filters: object) -> list[Json]:
        """Return the deliveries once `count` were attempted; AssertionError if they are not."""
        asked = {"count": count, **filters}
        answer = self._control("GET", "/deliveries/wait", query=asked)
        if not answer["complete"]:
            msg = f"{len(answer['deliveries'])} of {count} deliveries were attempted"
            raise AssertionError(msg)
        found: list[Json] = answer["deliveries"]
        return found

    def redeliver(self, delivery_id: str) -> Json:
        """Send a callback once more, now."""
        return self._told("POST", f"/deliveries/{quote(delivery_id, safe='')}/redeliver", {})

    def journal(self, **filters: object) -> list[Json]:
        """Return calls, fetches of media and commands, oldest first: those that a filter finds.

        Filters are those of `GET /__mock__/journal`: kind, operation, code, status, rule, ...
        """
        found: list[Json] = self._control("GET", "/journal", query=filters)["entries"]
        return found

    def explain(self, request_id: str) -> Json:
        """Return why a call was answered as it was."""
        answer: Json = control(self.mock, "GET", f"/explain/{quote(request_id, safe='')}")
        return answer

    def report(self) -> Json:
        """Return the report card of the client under test."""
        answer: Json = self._control("GET", "/report", query={"format": "json"})
        return answer

    def assert_clean(self, *, ignore: tuple[str, ...] = ()) -> None:
        """Raise NotClean, with the evidence, if the report card has a finding not ignored."""
        found = [item for item in self.report()["findings"] if item["name"] not in ignore]
        if found:
            raise NotClean(str(self._control("GET", "/report", query={"format": "text"})))

    def _told(self, method: str, path: str, fields: Mapping[str, object]) -> Json:
        body = {"account": self.access_key, **fields}
        answer: Json = control(self.mock, method, path, body)
        return answer

    def _control(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        query: Mapping[str, object] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        return control(self.mock, method, path, body, {"account": self.access_key, **(query or {})})

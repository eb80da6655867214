"""An account with its credential: the four operations, and what can be made to happen to it."""

import json
from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from contract_tests import tokens
from contract_tests.exchanges import Exchange
from contract_tests.targets import Target

IDENTIFY = "/v1/videos/identify-face"
TASKS = "/v1/videos/advanced-lip-sync"
Fields = dict[str, Any]


class Caller:
    """A fresh account on a target; its clock stands still until it is moved."""

    def __init__(self, target: Target, **settings: object) -> None:
        self.target = target
        account = target.new_account(**settings)
        self.key, self.secret, self.api_keys = (
            account.access_key,
            account.secret_key,
            account.api_keys,
        )
        self.authorization = f"Bearer {tokens.mint(self.secret, tokens.claims(self.key))}"

    def beside(self, target: Target) -> "Caller":
        """Return the same account, calling through another connection."""
        other = copy(self)
        other.target = target
        return other

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str | None] | None = None,
    ) -> Exchange:
        """Send a request with the account's credential; a header that is None is left out."""
        chosen: dict[str, str | None] = {"authorization": self.authorization}
        if body:
            chosen["content-type"] = "application/json"
        chosen.update(headers or {})
        sent = {name: value for name, value in chosen.items() if value is not None}
        return self.target.request(method, path, headers=sent, body=body)

    def post(self, path: str, fields: Mapping[str, Any]) -> Exchange:
        """Send fields as JSON."""
        return self.request("POST", path, body=json.dumps(fields).encode())

    def identify(self, video_url: str | None = None, **fields: object) -> Exchange:
        """Identify the faces of a video."""
        given = {} if video_url is None else {"video_url": video_url}
        return self.post(IDENTIFY, {**given, **fields})

    def create(self, fields: Mapping[str, Any]) -> Exchange:
        """Create a task."""
        return self.post(TASKS, fields)

    def get(self, task_id: str) -> Exchange:
        """Query one task by either id."""
        return self.request("GET", f"{TASKS}/{quote(task_id, safe='')}")

    def page(self, query: str = "") -> Exchange:
        """Query one page."""
        return self.request("GET", TASKS + (f"?{query}" if query else ""))

    def advance(self, span: int | str) -> Fields:
        """Move the account's clock: ms, or such as `24h`."""
        return self.move(advance=span)

    def move(self, **fields: object) -> Fields:
        """Move the account's clock in any way; return the instant reached and what happened."""
        return self.target.control("POST", "/clock", {"account": self.key, **fields})

    def set_clock(self, instant: int) -> None:
        """Move the account's clock to an instant (Unix ms)."""
        self.move(to=instant)

    def change(self, **settings: object) -> None:
        """Change how the account behaves."""
        self.target.control("PATCH", f"/accounts/{self.key}", settings)

    def shown(self) -> Fields:
        """Return the account as the control API shows it."""
        return self.target.control("GET", f"/accounts/{self.key}")

    def now(self) -> int:
        """Return the account's instant (Unix ms)."""
        return int(self.shown()["now"])

    def stage(self, **fault: object) -> None:
        """Stage a failure."""
        self.target.control("POST", "/faults", {"account": self.key, **fault})

    def clear_faults(self) -> None:
        """Take staged failures back."""
        self.target.control("DELETE", f"/faults?account={self.key}")

    def seed(self, url: str) -> str:
        """Give a described medium an id."""
        made = self.target.control("POST", "/media", {"account": self.key, "url": url})
        return str(made.get("video_id") or made.get("audio_id"))

    def put(self, name: str, content: bytes) -> Fields:
        """Put a file to the target; return its url and ids."""
        return self.target.control("PUT", f"/media/{name}?account={self.key}", content)

    def ledger(self) -> Fields:
        """Return what was taken from the account."""
        return self.target.control("GET", f"/ledger?account={self.key}")

    def spent(self) -> Decimal:
        """Return the units taken from the account."""
        return Decimal(self.ledger()["units_spent"])

    def deliveries(self) -> list[Fields]:
        """Return the account's callbacks, newest first."""
        found = self.target.control("GET", f"/deliveries?account={self.key}")["deliveries"]
        return list(found)

    def await_deliveries(self, count: int, timeout_ms: int = 5000) -> Fields:
        """Wait until so many callbacks are finished."""
        query = f"account={self.key}&count={count}&timeout_ms={timeout_ms}"
        return self.target.control("GET", f"/deliveries/wait?{query}")

    def redeliver(self, delivery_id: str) -> Fields:
        """Have a callback sent again."""
        path = f"/deliveries/{delivery_id}/redeliver?account={self.key}"
        return self.target.control("POST", path)

    def media(self, url: str) -> Exchange:
        """Fetch a medium of the target's own, without a credential."""
        return self.target.request("GET", url.removeprefix(self.target.origin))

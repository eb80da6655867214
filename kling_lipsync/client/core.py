"""What all flows of one client share: settings, clocks, the token, the money."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import define, field, frozen
from kling_lipsync_api.models import IdentifiedFaces

from kling_lipsync.client.credentials import Credentials
from kling_lipsync.client.environment import Environment
from kling_lipsync.client.ledger import Ledger, units_of
from kling_lipsync.client.policy import RetryPolicy, WaitPolicy
from kling_lipsync.client.redaction import Shown, scrubbed, shown
from kling_lipsync.client.tokens import Tokens

Preflight = Literal["documented", "observed", "off"]
_REMEMBERED = 1024


@define(repr=False)
class Core:
    """The state of one client; its flows read it, and only here is it kept."""

    base_url: str
    credentials: Credentials
    tokens: Tokens
    environment: Environment
    retries: RetryPolicy
    waiting: WaitPolicy
    timeout_s: float
    preflight: Preflight
    ledger: Ledger
    sessions: "dict[str, KnownSession]" = field(factory=dict, repr=False)

    def server_now(self) -> float:
        """Return what the server's clock shows (Unix s), as far as it is known."""
        return self.environment.wall() + self.tokens.offset_s

    def shown(self, arguments: Mapping[str, Any]) -> Shown:
        """Return a request as an error may show it."""
        return shown(self.base_url, arguments, self.credentials.secrets)

    def scrubbed(self, text: str) -> str:
        """Return a text without this client's secrets."""
        return scrubbed(text, self.credentials.secrets)

    def remember(self, faces: IdentifiedFaces, video_ms: int | None) -> None:
        """Keep what is known of a session, for the checks and the price of what follows."""
        if len(self.sessions) >= _REMEMBERED:
            self.sessions.pop(next(iter(self.sessions)), None)
        made_at = round(self.server_now() * 1000)
        self.sessions[faces.session_id] = KnownSession(faces, made_at, video_ms)


@frozen
class KnownSession:
    """A session that this client opened: its faces, when (Unix ms), and the video's length (ms)."""

    faces: IdentifiedFaces
    made_at: int
    video_ms: int | None


def make_core(  # noqa: PLR0913 - the settings of a client, by name only
    credentials: Credentials,
    base_url: str,
    environment: Environment,
    *,
    timeout_s: float,
    retries: RetryPolicy,
    waiting: WaitPolicy,
    preflight: Preflight,
    max_units: float | str | None,
) -> Core:
    """Return the state of a new client; raise ValueError for a limit or a profile that is none."""
    if preflight not in ("documented", "observed", "off"):
        msg = f"preflight is {preflight!r}: it is documented, observed or off"
        raise ValueError(msg)
    limit = None if max_units is None else units_of(max_units)
    if max_units is not None and limit is None:
        msg = f"max_units is {max_units!r}: it is a number of units from 0 up, such as 10 or '0.5'"
        raise ValueError(msg)
    return Core(
        base_url=base_url,
        credentials=credentials,
        tokens=Tokens(credentials),
        environment=environment,
        retries=retries,
        waiting=waiting,
        timeout_s=timeout_s,
        preflight=preflight,
        ledger=Ledger(limit),
    )

"""Which server a run is aimed at, in which profile, and what that server can do."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import frozen

from contract_tests.conformance import capabilities
from contract_tests.conformance.foreign import Foreign, Guarded, Limited, credentials_in
from contract_tests.targets import InProcess, Plugged, Socket, Target

OWN: Mapping[str, Callable[..., Target]] = MappingProxyType(
    {"in-process": InProcess, "plugin": Plugged, "socket": Socket}
)
"""The three skins of the mock: its application, what the pytest plugin has, and its process.

Each is made with `profile`, one of the rulebook's.
"""

PROFILES: Mapping[str, str] = MappingProxyType(
    {
        "mock-full": "everything, with accounts, clocks and failures on request",
        "black-box": "what any server can be held to with one set of credentials",
        "real-safe": "only reads, and requests that are refused before anything is billed",
    }
)


class AimError(ValueError):
    """A run cannot be aimed like this."""


@frozen
class Aim:
    """A target, a profile, and the capabilities that the caller says the target has.

    `origin` is a base URL, or blank for the mock in the skin that `skin` names, which takes open
    points to mean what `mock_profile` of the rulebook has.
    """

    skin: str = "in-process"
    origin: str = ""
    profile: str = "mock-full"
    can: frozenset[str] | None = None
    permitted: bool = False
    mock_profile: str = "documented"

    @property
    def name(self) -> str:
        """The target for people."""
        return self.origin or f"the mock as {self.mock_profile}, {self.skin}"

    def checked(self, environment: Mapping[str, str]) -> "Aim":
        """Return this aim; raise AimError, or MissingCredentialError, when it cannot be taken."""
        if self.profile not in PROFILES:
            msg = f"profile {self.profile!r} is none of: {', '.join(PROFILES)}"
            raise AimError(msg)
        if self.profile == "real-safe" and not (self.origin and self.permitted):
            msg = "real-safe takes --base-url and --i-have-permission of whoever runs that server"
            raise AimError(msg)
        if self.origin:
            credentials_in(environment)
        return self

    def capabilities(self, environment: Mapping[str, str]) -> frozenset[str]:
        """Return what the target can do in this profile."""
        known = self.can
        if known is None:
            known = capabilities.NOTHING if self.origin else capabilities.EVERYTHING
        if self.origin:
            known -= {"own-process"}
        if self.profile == "black-box":
            known &= {"described-media"}
        elif self.profile == "real-safe":
            known = capabilities.NOTHING
        has_key = not self.origin or bool(credentials_in(environment).api_keys)
        return known | {"api-key"} if has_key else known - {"api-key"}

    def taken(self, environment: Mapping[str, str]) -> Target:
        """Return the target; starts the mock if that is what it is."""
        if not self.origin:
            own = OWN[self.skin](profile=self.mock_profile)
            return Limited(own) if self.profile == "black-box" else own
        credentials = credentials_in(environment)
        foreign = Foreign(self.origin, credentials, self.capabilities(environment))
        return Guarded(foreign) if self.profile == "real-safe" else foreign

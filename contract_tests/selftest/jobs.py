"""What is asked of the suite about one changed server, and what came of it."""

from collections.abc import Mapping

from attrs import frozen

LIVED, KILLED, TIMEOUT, STILLBORN = "lived", "killed", "timeout", "stillborn"


@frozen
class Job:
    """A server with changed files (text by path), and the seed of the run that is to notice it.

    The tests of `rules` come first.
    """

    name: str
    rules: tuple[str, ...]
    files: Mapping[str, str]
    seed: int


@frozen
class Fate:
    """What became of a changed server.

    `lived`: no test failed. `killed`: `test` failed, for `reason`. `timeout`: a test did not end
    in time. `stillborn`: it does not even start, which proves nothing about the suite. `tests` ran
    to the end, in `seconds`.
    """

    name: str
    seed: int
    end: str
    test: str = ""
    reason: str = ""
    tests: int = 0
    seconds: float = 0.0

    @property
    def noticed(self) -> bool:
        """Whether the suite told it from the original."""
        return self.end in (KILLED, TIMEOUT)

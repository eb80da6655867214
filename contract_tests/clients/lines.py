"""What a program printed, made comparable: ids and addresses differ from run to run."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_ID = re.compile(r"(?<!\d)\d{18}(?!\d)")


class Wording:
    """Words for what differs: `<id 1>`, `<id 2>`, ... for ids, `<mock>` for the mock's addresses.

    The same id becomes the same word each time; one that stands in `fixed` stays.
    """

    def __init__(self, base_url: str, fixed: str = "") -> None:
        self._media = re.compile(re.escape(base_url) + r"/\S*\.(\w+)\?\S*")
        self._fixed = fixed
        self._words: dict[str, str] = {}

    def of(self, value: Any) -> Any:  # noqa: ANN401 - any JSON value becomes one of its kind
        """Return a JSON value with words in its texts; numbers stay, so an id must be a text."""
        if isinstance(value, str):
            return _ID.sub(self._word, self._media.sub(r"<mock>.\1", value))
        if isinstance(value, dict):
            return {key: self.of(part) for key, part in value.items()}
        return [self.of(part) for part in value] if isinstance(value, list) else value

    def _word(self, found: re.Match[str]) -> str:
        if found[0] in self._fixed:
            return found[0]
        return self._words.setdefault(found[0], f"<id {len(self._words) + 1}>")


def parsed(lines: str) -> list[Mapping[str, Any]]:
    """Return what each line says; raise ValueError when one is not a JSON object with a step."""
    values = [json.loads(line) for line in lines.splitlines()]
    if not all(isinstance(value, dict) and "step" in value for value in values):
        msg = f"expected one JSON object with a step a line, got {lines!r}"
        raise ValueError(msg)
    return values


def differences(
    printed: list[Mapping[str, Any]], expected: list[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a text for each line that is missing, is too much or says something else."""
    for number in range(max(len(printed), len(expected))):
        found, wanted = printed[number : number + 1], expected[number : number + 1]
        if found != wanted:
            yield f"line {number + 1}: expected {wanted}, got {found}"

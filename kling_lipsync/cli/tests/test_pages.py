"""The pages are true: every example runs, and prints what stands there."""

import pytest

from kling_lipsync.cli.parser import VERBS
from kling_lipsync.cli.tests.pages import ROOT, agrees, examples_of, faults, rewritten, section

DOCS = ROOT / "docs"
PAGES = [DOCS / "quickstart.md", *sorted((DOCS / "client").glob("*.md"))]


@pytest.mark.parametrize("name", [page.relative_to(ROOT).as_posix() for page in PAGES])
def test_a_page_is_true(name: str) -> None:
    """As a whole, in one shell, against a fresh mock."""
    assert faults((ROOT / name).read_text("utf-8")) == []


def test_the_readme_is_true() -> None:
    """Where it calls; its other sections have their own tests."""
    assert faults(section((ROOT / "README.md").read_text("utf-8"), "## Call it")) == []


def test_every_verb_has_its_page_and_runs_there() -> None:
    """Completion is told of in the quickstart, which leads to all of them."""
    quickstart = (DOCS / "quickstart.md").read_text("utf-8")
    for verb in VERBS:
        if verb.name != "completion":
            page = (DOCS / "client" / f"{verb.name}.md").read_text("utf-8")
            scripts = [example.script for example in examples_of(page)]
            assert any(f"lipsync {verb.name}" in script for script in scripts), verb.name
            assert any(script.startswith("python") for script in scripts), verb.name
            assert f"client/{verb.name}.md" in quickstart
    assert "lipsync completion bash" in quickstart


PAGE = """\
```console
$ echo one \\
two; echo 12345678901234567890
one two
99999999999999999999
$ true
```

```python
print("three", 3)
```

```text
three ...
```
"""


def test_a_page_that_lies_is_found_out_and_can_be_written_anew() -> None:
    """One word is enough; what it says then is the truth."""
    lying = PAGE.replace("one two\n", "one 2\n")

    assert [fault.partition(":")[0] for fault in faults(lying)] == ["line 2"]
    assert faults(PAGE) == []
    assert rewritten(PAGE) == PAGE
    assert rewritten(lying) == PAGE.replace("99999999999999999999", "12345678901234567890")


@pytest.mark.parametrize(
    ("expected", "printed", "result"),
    [
        ("", "", True),
        ("", "x\n", False),
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b d\n", False),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n...\nz\n", "a\nb\n", False),
        ("12 units\n", "13 units\n", False),
        ("task 953572622691145028\n", "task 853572622691145029\n", True),
        ("task 953572622691145028\n", "task none\n", False),
        ("6574 bytes\n", "1792120 bytes\n", True),
    ],
)
def test_only_what_varies_may_differ(expected: str, printed: str, result: bool) -> None:  # noqa: FBT001
    """Ids and sizes; no word, and no small number."""
    assert agrees(expected, printed) is result

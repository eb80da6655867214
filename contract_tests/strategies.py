"""The strategies: all of them draw through one random generator that Hypothesis steers.

So the builders are plain functions of a `random.Random`; the fuzz test runs the same ones,
without Hypothesis and therefore many times as fast.
"""

from random import Random

from hypothesis import strategies as st

from contract_tests import breaking, drafts, drawing
from contract_tests.drafts import Draft
from contract_tests.ways import Broken


def draws() -> st.SearchStrategy[Random]:
    """Generators of which each number is Hypothesis's choice, and shrinks."""
    return st.randoms(use_true_random=False)


def valid_drafts(*operations: str) -> st.SearchStrategy[Draft]:
    """Valid requests, with the calls that have to come before them."""
    chosen = st.sampled_from(operations or drafts.OPERATIONS)
    return st.builds(drawing.valid, chosen, draws())


def broken_drafts(name: str) -> st.SearchStrategy[Broken]:
    """Requests that break one rule alone, each with its mended twin."""
    return draws().map(lambda draw: breaking.breaks(name, draw))

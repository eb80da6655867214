"""A sharded table is a table, and a store that has one answers as before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server import store
from mock_server.sharded import ShardedTable
from mock_server.store import Drop, Kind, MemoryStore, Put
from mock_server.tests.builders import KEY, NOW, World, task

KEYS = st.sampled_from([str(number) for number in range(300)])
STEPS = st.lists(st.tuples(st.sampled_from(["set", "pop", "get"]), KEYS, st.integers()))


@given(st.dictionaries(KEYS, st.integers()), STEPS)
def test_it_answers_as_a_dictionary_does(
    begun: dict[str, int], steps: list[tuple[str, str, int]]
) -> None:
    """Whatever is put into it, and forgotten."""
    table, model = ShardedTable(begun), dict(begun)
    for step, key, value in steps:
        if step == "set":
            table[key] = model[key] = value
        elif step == "pop":
            assert table.pop(key, None) == model.pop(key, None)
        assert table.get(key) == model.get(key)
        assert (key in table) is (key in model)
        assert len(table) == len(model)
    assert table.pick(model) == list(model.values())


@pytest.mark.parametrize("kind", ["tasks", "ledger", "deliveries", "external_ids", "results"])
def test_a_large_table_is_sharded_and_nothing_else_changes(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, look-ups and what is forgotten are those of a store that has small tables."""
    many = 50
    changes: list[Any] = [Put(kind, str(n), task(created_at=NOW + n)) for n in range(many)]
    changes += [Put(kind, "7", "changed"), Drop(kind, "new")]
    found = []
    for large in (10, 10_000):
        monkeypatch.setattr(store, "LARGE", large)
        world = World()
        assert isinstance(world.store, MemoryStore)
        held = world.store.held(KEY)
        assert held is not None
        assert world.store.apply(KEY, held.version, changes)
        kinds = {"tasks", "ledger", "deliveries"}
        pages = [world.store.page(KEY, kind, n, 7) for n in range(1, 9)] if kind in kinds else []
        found.append((pages, [world.store.get(KEY, kind, str(n)) for n in range(many + 1)]))

    assert found[0] == found[1]
    assert found[0][1][7] == "changed"
    assert found[0][1][many] is None

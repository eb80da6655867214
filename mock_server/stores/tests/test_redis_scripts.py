"""What the scripts know by themselves is what the store knows."""

import re
from typing import get_args

from mock_server.store import Kind
from mock_server.stores.redis_scripts import script_text


def test_the_scripts_forget_every_kind_of_record() -> None:
    """An account that is dropped or reset leaves nothing behind."""
    found = re.search(r"local KINDS = \{(.*?)\}", script_text("apply"), re.DOTALL)

    assert found is not None
    assert sorted(re.findall(r"'(\w+)'", found[1])) == sorted(get_args(Kind))

"""One tiny round of the client's bench, so that it cannot rot unseen."""

import pytest

from bench import client


def test_the_client_is_compared_with_bare_httpx(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each call is measured on both sides, and the import on its own."""
    monkeypatch.setattr(client, "ROUNDS", 1)
    monkeypatch.setattr(client, "CALLS", 3)
    monkeypatch.setattr(client, "STARTS", 1)

    client.main()

    told = capsys.readouterr().out
    assert told.count(" times\n") == 4
    assert "import" in told

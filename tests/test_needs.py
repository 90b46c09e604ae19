"""What a machine lacks is skipped with a reason, or fails where HESHU_REQUIRE names it."""

from __future__ import annotations

import pytest

from tests import conftest


@pytest.fixture(autouse=True)
def moonless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(conftest.NEEDS, "moon", (lambda: False, "no moon tonight"))


def test_a_missing_need_skips_with_its_reason() -> None:
    with pytest.raises(pytest.skip.Exception, match="no moon tonight"):
        conftest.need("moon")


def test_a_required_need_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "REQUIRED", frozenset({"moon"}))
    with pytest.raises(pytest.fail.Exception, match="HESHU_REQUIRE names moon"):
        conftest.need("moon")

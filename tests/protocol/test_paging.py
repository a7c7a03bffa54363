"""Paging: what is asked, which rows are found, when it ends, even when the vendor's totals lie."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops.protocol.errors import ProtocolError
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.paging import Paging
from tests.protocol.fakes import FakeDriver, account, ok

OFFSET = Paging("offset", page_size=3, total="meta.total")
PAGE = Paging("page", position="page", size="size", page_size=3, first=1)
NONE = Paging()


@pytest.mark.parametrize(
    ("paging", "page", "asked"),
    [
        (OFFSET, 0, {"offset": 0, "limit": 3}),
        (OFFSET, 2, {"offset": 6, "limit": 3}),
        (PAGE, 0, {"page": 1, "size": 3}),
        (PAGE, 2, {"page": 3, "size": 3}),
        (NONE, 0, {}),
    ],
)
def test_what_asks_for_a_page(paging: Paging, page: int, asked: dict[str, int]) -> None:
    assert paging.ask(page) == asked


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ([1, 2], [1, 2]),
        ([], []),
        ({"data": [1]}, [1]),
        ({"items": [2]}, [2]),
        ({"data": [1], "items": [2]}, [1]),
        ({"data": None, "items": [2]}, [2]),
        ({"data": {"x": 1}, "items": []}, []),
    ],
)
def test_where_the_rows_are(answer: Any, rows: list[Any]) -> None:
    assert OFFSET.read(answer) == rows


@pytest.mark.parametrize("answer", [None, "data", 7, True, {}, {"data": "rows"}, {"data": {"data": []}}, {"DATA": []}])
def test_an_answer_without_a_list_is_named(answer: Any) -> None:
    with pytest.raises(ProtocolError, match="data / items"):
        OFFSET.read(answer)


@pytest.mark.parametrize(
    ("answer", "page", "count", "more"),
    [
        ({"meta": {"total": 7}}, 0, 3, True),
        ({"meta": {"total": 7}}, 2, 1, False),
        ({"meta": {"total": 6}}, 1, 3, False),
        ({"meta": {"total": 7}}, 1, 2, True),
        ({"meta": {"total": 10**9}}, 0, 0, False),
        ({"meta": {"total": -1}}, 0, 3, False),
        ({"meta": {"total": "7"}}, 0, 3, True),
        ({"meta": {"total": True}}, 0, 3, True),
        ({"meta": {"total": None}}, 0, 2, False),
        ({"meta": []}, 0, 3, True),
        ([1, 2, 3], 0, 3, True),
        ([1, 2], 0, 2, False),
    ],
)
def test_whether_there_is_more(answer: Any, page: int, count: int, more: bool) -> None:
    assert OFFSET.more(answer, page, count) is more


def test_a_caller_chooses_the_size_of_pages_where_the_vendor_counts_rows() -> None:
    large = OFFSET.sized({"limit": "200"})
    assert large.ask(1) == {"offset": 200, "limit": 200}
    assert PAGE.sized({"size": 200}) is PAGE
    assert OFFSET.sized({"limit": "many"}) is OFFSET.sized({}) is OFFSET
    assert not large.more({"meta": {"total": 203}}, 1, 3)
    with pytest.raises(ProtocolError, match="rows would be lost"):
        large.more({"meta": {"total": 203}}, 0, 100)


def test_without_paging_there_is_never_more() -> None:
    assert not NONE.more({"data": [1] * 99}, 0, 99)


def test_a_vendor_that_ignores_the_position_is_not_asked_for_ever() -> None:
    driver = FakeDriver([ok(b'{"data": [{"id": 1}, {"id": 2}], "total": 900}')] * 9)
    with pytest.raises(ProtocolError, match="repeats the one before"):
        driver.run(paginate(account(), "things.list"))
    assert len(driver.sent) == 2


def test_a_row_that_moved_to_the_next_page_is_given_once() -> None:
    pages = [b'[{"id": 1}, {"id": 2}]', b'[{"id": 2}, {"id": 3}]', b'[{"id": 4}]']
    driver = FakeDriver([ok(page) for page in pages])
    assert driver.run(paginate(account(), "things.list")) == [{"id": i} for i in (1, 2, 3, 4)]
    assert len(driver.sent) == 3

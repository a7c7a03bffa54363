"""How FastTrack360 is looked at with few calls, and how a creation is found again; without a network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.messages import Request, Response
from airflow_provider_fleetops.protocol.steps import Send
from tests.protocol.fakes import START, FakeDriver
from tests.vendors.test_fasttrack360 import RESET, VENDOR, account, reply

WATCH = VENDOR.watches["job_order"]


class Agency(FakeDriver):
    """An agency with job orders under the ids 1 to ``count``, all open."""

    def __init__(self, count: int, *, tells_total: bool = True) -> None:
        super().__init__([])
        self.count, self.tells_total = count, tells_total

    def obey(self, step: Any) -> Any:
        if not isinstance(step, Send):
            return super().obey(step)
        self.sent.append(step.request)
        return self.answer(step.request)

    def answer(self, request: Request) -> Response:
        url = urlsplit(request.url)
        if not url.path.endswith("/jobOrders"):
            return reply(200, {"id": int(url.path.rsplit("/", 1)[1]), "status": "Open"})
        query = parse_qs(url.query)
        page, size = int(query["page"][0]), int(query["pageSize"][0])
        rows = [{"id": n, "status": "Open"} for n in range((page - 1) * size + 1, min(page * size, self.count) + 1)]
        return reply(200, {"items": rows, **({"totalCount": self.count} if self.tells_total else {})})


def look(driver: FakeDriver, ids: Sequence[int], **window: str) -> Any:
    return driver.run(WATCH.look(account(), [str(number) for number in ids], window))


@pytest.mark.parametrize(
    ("agency", "ids", "since", "calls"),
    [
        (Agency(5000), range(7, 8), "", 1),
        (Agency(5000), range(1, 4), "", 3),  # the whole list is not worth a try
        (Agency(1000), range(1, 1001), "", 10),  # one page each
        (Agency(50_000), range(1, 1001), "", 10),  # all are seen before the list ends
        (Agency(100), range(1, 51), "", 1),
        (Agency(100_000), range(50_000, 50_020), "", 21),  # the list is longer than the ids: one page is lost
        (Agency(150), range(1, 3), "2031-04-01T00:00:00Z", 1),
        (Agency(150), range(120, 122), "2031-04-01T00:00:00Z", 2),
        (Agency(900), range(800, 802), "2031-04-01T00:00:00Z", 3),
        (Agency(5000, tells_total=False), range(4000, 4020), "", 21),
        (Agency(5000, tells_total=False), range(1, 500), "", 5),
        (Agency(20_000), range(150, 20_000, 100), "", 200),  # one a page: no better, no worse
    ],
)
def test_a_look_at_many_costs_as_few_calls_as_it_can(agency, ids, since, calls):
    seen = look(agency, ids, **({"since": since} if since else {}))
    assert set(seen) == {str(number) for number in ids}
    assert {sighting.state for sighting in seen.values()} == {"OPEN"}
    assert len(agency.sent) == calls


def test_a_look_never_costs_much_more_than_one_call_an_id():
    for count in (10, 37, 250):
        agency = Agency(1_000_000)
        look(agency, range(900_000, 900_000 + count))
        assert len(agency.sent) == count + 1


def test_a_subject_that_is_named_twice_is_looked_at_once():
    agency = Agency(5000)
    assert set(look(agency, [7, 7, 8])) == {"7", "8"}
    assert len(agency.sent) == 2


# --- finding a creation again -----------------------------------------------------------------------------------------

BEFORE, NOW = (datetime.fromtimestamp(START, UTC) - timedelta(days=2), datetime.fromtimestamp(START, UTC))
COMMENT = {"comment": "Did it"}
PERSON = {
    "firstName": "Ada", "lastName": "Test", "email": "ada@people.example", "officeId": 1, "status": "Active",
    "skillGroupId": 1, "gradeId": 1,
}  # fmt: skip


def rows(*found: Any) -> Response:
    return reply(200, {"items": list(found), "totalCount": len(found)})


def created(name: str, body: Any, found: Response, **where: Any) -> tuple[Any, FakeDriver]:
    """A creation through the catalogue whose answer is lost."""
    driver = FakeDriver([RESET, found])
    return driver.run(call_once(account(), name, where, body, "k")), driver


@pytest.mark.parametrize(
    "row",
    [
        {"id": 9, "comment": "Did it", "createdAt": NOW.isoformat()},
        {"id": 9, "comment": "Did it", "createdAt": (NOW - timedelta(minutes=5)).isoformat()},
        {"id": 9, "comment": "Did it", "createdAt": NOW.replace(tzinfo=None).isoformat()},
        {"id": 9, "comment": "Did it", "createdAt": "yesterday"},
        {"id": 9, "comment": "Did it", "date": "2030-03-17"},
    ],
)
def test_a_comment_is_found_by_its_words(row):
    found, driver = created("client_comment.create", COMMENT, rows({"id": 1, "comment": "Else"}, row), client_id=5)
    assert found["id"] == 9
    assert [request.method for request in driver.sent] == ["POST", "GET"]


@pytest.mark.parametrize(
    "row",
    [
        {"id": 9, "comment": "Did it", "createdAt": BEFORE.isoformat()},
        {"id": 9, "comment": "Did it", "createdAt": BEFORE.replace(tzinfo=None).isoformat()},
        {"id": 9, "comment": "Did it too", "createdAt": NOW.isoformat()},
    ],
)
def test_an_older_or_another_comment_is_not_taken_for_it(row):
    with pytest.raises(errors.Unavailable, match="not found"):
        created("client_comment.create", COMMENT, rows(row), client_id=5)


def test_a_candidate_without_a_reference_is_found_among_those_that_changed_and_by_no_name_in_a_url():
    found, driver = created(
        "candidate.create", PERSON, rows({**PERSON, "id": 7, "email": "x@y.example"}, PERSON | {"id": 8})
    )
    assert found["id"] == 8
    assert set(parse_qs(urlsplit(driver.sent[1].url).query)) == {"modifiedSince", "page", "pageSize"}


def test_two_candidates_with_one_reference_are_for_a_person():
    twins = [PERSON | {"id": n, "externalReference": "HR-1"} for n in (7, 8)]
    with pytest.raises(errors.OutcomeUnknown):
        created("candidate.create", PERSON | {"externalReference": "HR-1"}, rows(*twins))


@pytest.mark.parametrize(
    ("entry", "body", "job", "there"),
    [
        ("job_order.fill", {"candidateId": 7}, {"status": "Filled", "filledCandidateId": 7}, True),
        ("job_order.fill", {"candidateId": 7}, {"status": "Filled", "filledCandidateId": 8}, False),
        ("job_order.fill", {"candidateId": 7}, {"status": "Cancelled", "filledCandidateId": 7}, False),
        ("job_order.submit_to_timesheet", None, {"status": "Filled", "submittedToTimesheet": True}, True),
        ("job_order.submit_to_timesheet", None, {"status": "Filled"}, False),
        ("job_order.undo_submit_to_timesheet", None, {"status": "Filled", "submittedToTimesheet": False}, True),
        ("job_order.undo_submit_to_timesheet", None, {"status": "Filled"}, False),
    ],
)
def test_a_job_tells_whether_the_action_was_done(entry, body, job, there):
    answer = reply(200, {"id": 5, **job})
    if there:
        assert created(entry, body, answer, job_order_id=5)[0]["id"] == 5
    else:
        with pytest.raises(errors.Unavailable, match="not found"):
            created(entry, body, answer, job_order_id=5)

"""Documents, crews, schedules and programmes of FL3XX without a network: what is merged, told, split and compared."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.vendors.fl3xx import changes, documents, on_board, schedule
from tests.protocol.fakes import FakeDriver
from tests.vendors.fl3xx_kit import account, flight, ok, query

# --- merging ---

SERVICES: dict[str, Any] = {
    "flightId": 1,
    "departureHandler": {"status": "INIT", "company": "A"},
    "departureHotac": [{"id": 5, "status": "REQ"}, {"id": 6, "status": "REQ"}],
    "meals": ["a", "b"],
}


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ({"departureHandler": {"status": "OK"}}, ["departureHandler.status"]),
        ({"departureHotac": [{"id": 6, "status": "OK"}]}, ["departureHotac[1].status"]),
        ({"departureHotac": [{"id": "6", "status": "OK"}]}, ["departureHotac[1].status"]),
        ({"departureHotac": []}, ["departureHotac"]),
        ({"meals": ["a", "c"]}, ["meals[1]"]),
        ({"meals": None, "new": 1}, ["meals", "new"]),
        ({"departureHandler": {"status": "INIT"}}, []),
        ({"departureHotac": [{"id": 5}]}, []),
    ],
)
def test_a_change_touches_what_it_names_and_nothing_else(given, paths):
    before = json.loads(json.dumps(SERVICES))
    after = documents.merged(SERVICES, given)
    assert list(documents.differences(SERVICES, after)) == paths
    assert before == SERVICES  # nothing that was read is changed in place


def test_a_row_that_is_not_there_is_named():
    with pytest.raises(errors.InvalidInput, match=r"'changes\.departureHotac' has a row whose id is not there"):
        documents.merged(SERVICES, {"departureHotac": [{"id": 7, "status": "OK"}]})


def test_only_what_differs_is_written_and_as_a_whole():
    driver = FakeDriver([ok(SERVICES), ok(SERVICES), ok(SERVICES)])
    run = lambda given: driver.run(documents.change(account(recurring_seconds=0), "flight_services", 1, given))  # noqa: E731
    assert run({"departureHandler": {"company": "A"}}).changed == ()
    assert [request.method for request in driver.sent] == ["GET"]
    told = run({"departureHandler": {"company": "B"}})
    assert [request.method for request in driver.sent] == ["GET", "GET", "PUT"]
    assert json.loads(driver.sent[-1].body) == SERVICES | {"departureHandler": {"status": "INIT", "company": "B"}}
    assert (told.changed, told.ignored) == (["departureHandler.company"], ["departureHandler.company"])


def test_the_read_before_a_write_is_always_a_new_one():
    driver = FakeDriver([ok(SERVICES)])
    driver.run(documents.change(account(), "flight_services", 1, {"flightId": 1}))
    with pytest.raises(errors.Throttled):
        driver.run(documents.change(account(), "flight_services", 1, {"departureHandler": None}))
    assert len(driver.sent) == 1


def test_a_change_is_done_though_it_cannot_be_remembered():
    driver = FakeDriver([ok(SERVICES), ok(SERVICES | {"meals": []})])
    publish = driver.store.publish

    def only_rights(key: str, *rest: Any) -> None:
        if ":answer:" in key:
            raise errors.StoreUnavailable("the shared state is away")
        publish(key, *rest)

    driver.store.publish = only_rights
    assert driver.run(documents.change(account(), "flight_services", 1, {"meals": []})).changed == ["meals"]
    assert any("could not be kept for others" in note for note in driver.notes)


def test_a_write_may_be_acknowledged_by_its_status_alone():
    driver = FakeDriver([ok(SERVICES), Response(200, {}, b"")])
    told = driver.run(documents.change(account(), "flight_services", 1, {"meals": []}))
    assert (told.document["meals"], told.changed, told.ignored) == ([], ["meals"], ())


@pytest.mark.parametrize("noun", ["pax_details", "flight_services", "postflight", "migration", "sanction_list", "visa"])
def test_a_document_that_is_none_is_not_written_to(noun):
    driver = FakeDriver([ok([SERVICES])])
    with pytest.raises(errors.ProtocolError, match="expected an object"):
        driver.run(documents.change(account(), noun, 1, {"meals": []}))
    assert len(driver.sent) == 1


@pytest.mark.parametrize("given", [None, {}, "text", [1]])
def test_changes_that_say_nothing_are_refused_before_anything_is_sent(given):
    driver = FakeDriver([])
    with pytest.raises(errors.InvalidInput, match="'changes' must be an object"):
        driver.run(documents.change(account(), "flight_services", 1, given))
    assert driver.sent == []


def test_changes_without_a_bottom_are_refused_and_nothing_is_written():
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"departureHandler": deep}
    driver = FakeDriver([ok(SERVICES)])
    with pytest.raises(errors.InvalidInput, match="nested too deeply"):
        driver.run(documents.change(account(), "flight_services", 1, deep))
    assert [request.method for request in driver.sent] == ["GET"]


# --- what a document tells ---


def test_statuses_are_told_by_their_place_and_nothing_that_a_person_wrote():
    document = {
        "status": "OK",
        "crewBrief": {"status": "HOLD_REVISED", "crewNotes": "OK"},
        "departureHotac": [{"status": "REQ", "person": {"firstName": "OK", "lastName": "DO", "status": "ACTIVE"}}],
        "detailsDeparture": {"slot": "NR", "fuel": {"status": "REQ"}, "note": "call Ann"},
        "warnings": [{"status": "MISSING"}],
    }
    assert documents.statuses(document) == {
        "status": "OK",
        "crewBrief": "HOLD_REVISED",
        "departureHotac[0]": "REQ",
        "detailsDeparture.slot": "NR",
        "detailsDeparture.fuel": "REQ",
    }


def test_statuses_are_looked_for_no_deeper_than_documents_are():
    deep: dict[str, Any] = {"status": "OK"}
    for _ in range(900):
        deep = {"a": deep}
    assert documents.statuses(deep) == {}
    assert documents.statuses(None) == documents.statuses([1]) == {}


def test_a_screening_is_told_in_counts():
    rows = [{"id": 1, "status": "OK"}, {"id": 2, "status": "OK"}, {"id": 3, "status": "see Ann's mail"}, {}]
    assert documents.screening({"crew": rows, "passengers": None}) == {"crew": {"OK": 2, "OTHER": 2}, "passengers": {}}


def test_movements_are_read_in_milliseconds_and_in_words():
    document = {
        "time": {"dep": {"blocksOff": 1932880440000, "takeOff": "soon"}, "arr": {"landing": "2031-04-02T08:27:00Z"}},
        "estimatedTimes": {"blocksOff": 1932880200000, "landing": 1932885000000, "blocksOn": None},
    }
    told = documents.movement(document)
    assert told["blocksOff"] == "2031-04-02T07:14:00+00:00"
    assert (told["takeOff"], told["landing"]) == (None, "2031-04-02T08:27:00+00:00")
    assert told["delays"]["blocksOff"] == 4
    assert documents.movement({"time": None})["delays"] == {}


def test_movements_are_reported_in_milliseconds_beside_other_changes():
    driver = FakeDriver([ok({"time": {"dep": {"pax": 3}}}), ok({})])
    times = {"blocks_off": "2031-04-02T09:14:00+02:00", "blocks_on": datetime(2031, 4, 2, 8, 33, tzinfo=UTC)}
    changes = {"time": {"dep": {"delayOffBlockReason": "ATC"}}, "endHobbs": 7}
    driver.run(documents.report(account(), 1, times, changes))
    assert json.loads(driver.sent[1].body) == {
        "time": {
            "dep": {"pax": 3, "blocksOff": 1932880440000, "delayOffBlockReason": "ATC"},
            "arr": {"blocksOn": 1932885180000},
        },
        "endHobbs": 7,
    }
    for given, rule in (({"landing": "2031-04-02T08:33"}, "'landing' must carry a time zone"), ({}, "'changes' must")):
        with pytest.raises(errors.InvalidInput, match=rule):
            FakeDriver([]).run(documents.report(account(), 1, given))


def test_a_manifest_is_told_in_counts():
    tickets = [{"paxUser": {"id": 1}, "idCard": {"number": "X1"}}, {"paxUser": {"id": 2}, "idCard": None}, {}]
    told = on_board.manifest({"flightId": 7, "pax": {"tickets": tickets}, "cargo": [{}], "animal": None})
    assert told == {"flightId": 7, "tickets": 3, "assigned": 2, "with_document": 1, "cargo": 1, "animals": 0}
    assert on_board.manifest({"pax": None})["tickets"] == 0


# --- crew ---

CREW = [
    {"pilotId": 1, "role": "CMD", "firstName": "Ada", "crewPosition": {"id": 60, "role": "CMD"}},
    {"pilotId": 2, "role": "FO", "firstName": "Bo"},
]


def changed_crew(**arguments: Any) -> Any:
    driver = FakeDriver([ok({"crews": CREW}), ok({"crews": []})])
    driver.run(on_board.change_crew(account(), 7, **arguments))
    return json.loads(driver.sent[1].body) if len(driver.sent) > 1 else None


def test_a_crew_is_changed_and_the_rest_of_it_stays():
    stays = {"pilotId": 1, "crewPosition": {"id": 60, "role": "CMD"}}
    new = {"pilotId": 3, "role": "FO"}
    assert changed_crew(assign=[new], remove=[2]) == [stays, new]
    assert changed_crew(assign=[{"pilotId": "2", "role": "CMD"}]) == [stays, {"pilotId": 2, "role": "CMD"}]
    assert changed_crew(remove=["2", 99]) == [stays]


def test_a_crew_that_is_so_already_is_not_written():
    assert changed_crew(assign=[{"pilotId": 1, "role": "CMD"}, {"pilotId": 2, "role": "FO"}], remove=[99]) is None
    assert changed_crew(assign=[{"pilotId": 1, "crewPosition": {"role": "CMD"}}]) is None


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"remove": [1, 2]}, "would remove the whole crew"),
        ({"remove": [1], "assign": [{"pilotId": 1, "role": "FO"}]}, "'remove' names somebody whom 'assign' names"),
        ({"assign": [{"role": "FO"}]}, "'assign.pilotId' is empty"),
        ({"assign": [3]}, "'assign' must be a list of objects"),
        ({"remove": ["Ann"]}, "'remove' must be an integer"),
    ],
)
def test_a_crew_change_that_cannot_be_meant_is_refused(arguments, rule):
    driver = FakeDriver([ok({"crews": CREW})])
    with pytest.raises(errors.InvalidInput, match=rule):
        driver.run(on_board.change_crew(account(), 7, **arguments))
    assert [request.method for request in driver.sent] in ([], ["GET"])


def test_a_crew_without_ids_cannot_be_written_back():
    driver = FakeDriver([ok([{"role": "CMD"}])])
    with pytest.raises(errors.ProtocolError, match="no pilotId"):
        driver.run(on_board.change_crew(account(), 7, remove=[2]))


# --- schedule ---


def windows(first: str, last: str) -> list[str]:
    driver = FakeDriver([ok([{"id": "flight_1"}]) for _ in range(13)])
    rows = driver.run(schedule.read_schedule(account(schedule_seconds=0), "OE-SIM", first, last))
    assert rows == [{"id": "flight_1"}]  # however often it was shown
    return [f"{query(request)['from']} {query(request)['to']}" for request in driver.sent]


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        ("2031-04-02", "2031-04-02", ["2031-04-02 2031-04-02"]),
        ("2031-04-01", "2031-04-30", ["2031-04-01 2031-04-30"]),
        ("2031-04-01", "2031-05-01", ["2031-04-01 2031-04-30", "2031-05-01 2031-05-01"]),
        ("2031-01-31", "2031-03-01", ["2031-01-31 2031-02-27", "2031-02-28 2031-03-01"]),
        ("2031-12-15", "2032-01-15", ["2031-12-15 2032-01-14", "2032-01-15 2032-01-15"]),
    ],
)
def test_a_schedule_is_asked_for_by_the_month(first, last, asked):
    assert windows(first, last) == asked


def test_a_year_is_thirteen_calls_at_most_and_never_more_than_a_month_each():
    asked = windows("2031-01-01", "2031-12-31")
    assert len(asked) == 12
    for window in asked:
        first, last = (date.fromisoformat(day) for day in window.split())
        assert (last - first).days <= 30


def test_a_task_that_comes_back_goes_on_with_the_month_that_is_missing():
    driver = FakeDriver([ok([{"id": f"flight_{n}"}]) for n in range(3)])
    read = lambda: driver.run(schedule.read_schedule(account(), "OE-SIM", "2031-04-01", "2031-06-30"))  # noqa: E731
    for _ in range(2):
        with pytest.raises(errors.Throttled) as caught:
            read()
        driver.now = caught.value.resume_at.timestamp() + 1
    assert [row["id"] for row in read()] == ["flight_0", "flight_1", "flight_2"]
    assert len(driver.sent) == 3


@pytest.mark.parametrize(("first", "last"), [("2031-04-02", "2031-04-01"), ("2031-01-01", "2032-02-01"), ("x", "y")])
def test_a_window_that_is_none_is_refused(first, last):
    driver = FakeDriver([])
    with pytest.raises(errors.InvalidInput):
        driver.run(schedule.read_schedule(account(), "OE-SIM", first, last))


# --- availability ---


def item(number: int, start: str | None, end: str | None, **more: Any) -> dict[str, Any]:
    day = "2031-04-02T"
    times = {"departureDateUTC": start and day + start, "arrivalDateUTC": end and day + end}
    return {"id": f"flight_{number}", **times, **more}


def free(*rows: dict[str, Any]) -> dict[str, Any]:
    return schedule.availability(
        rows, datetime(2031, 4, 2, 8, tzinfo=UTC), datetime(2031, 4, 2, 12, tzinfo=UTC)
    )  # fmt: skip


def gaps(*rows: dict[str, Any]) -> list[str]:
    return [f"{gap['from'][11:16]}-{gap['to'][11:16]}" for gap in free(*rows)["gaps"]]


def test_gaps_lie_between_what_keeps_an_aircraft_busy():
    assert free() == {
        "free": True,
        "busy": [],
        "gaps": [{"from": "2031-04-02T08:00:00+00:00", "to": "2031-04-02T12:00:00+00:00", "minutes": 240.0}],
    }
    assert gaps(item(1, "09:00", "10:00")) == ["08:00-09:00", "10:00-12:00"]
    assert gaps(item(2, "09:30", "11:00"), item(1, "07:00", "09:00")) == ["09:00-09:30", "11:00-12:00"]
    assert gaps(item(1, "08:30", "11:30"), item(2, "09:00", "10:00")) == ["08:00-08:30", "11:30-12:00"]
    assert gaps(item(1, "06:00", "08:00"), item(2, "12:00", "13:00")) == ["08:00-12:00"]
    assert gaps(item(1, "06:00", "13:00")) == []


def test_notes_keep_nothing_and_what_cannot_be_read_keeps_everything():
    assert free(item(1, "09:00", "10:00", taskType="NOTE"))["free"]
    told = free(item(1, None, "10:00", taskType="AOG"))
    assert told["busy"] == [
        {"id": "flight_1", "type": "AOG", "from": "2031-04-02T08:00:00+00:00", "to": "2031-04-02T10:00:00+00:00"}
    ]
    assert gaps({"id": "task_1", "departureDateUTC": "?"}) == []


def test_an_availability_needs_moments_in_their_order():
    for first, last in (("2031-04-02T08:00Z", "2031-04-02T08:00Z"), ("2031-04-02T08:00", "2031-04-02T09:00Z")):
        with pytest.raises(errors.InvalidInput):
            FakeDriver([]).run(schedule.read_availability(account(), "OE-SIM", first, last))


# --- changes of the programme ---


def snapshot(*flights: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return changes.snapshot(flights, "UTC")


def leaving(number: int, at: str, **fields: Any) -> dict[str, Any]:
    return flight(number, blockOffEstUTC=f"2031-04-{at}:00.000Z", **fields)


def compared(before: Any, after: Any, first: str = "2031-04-01", last: str = "2031-04-03") -> dict[str, Any]:
    told = changes.compare(before, after, (first, last), "UTC")
    return {name: value for name, value in told.items() if value}


def test_nothing_is_told_when_nothing_changed():
    assert compared(snapshot(leaving(1, "02T08:00")), snapshot(leaving(1, "02T08:00"))) == {}


def test_each_change_is_told_by_what_it_is():
    before = snapshot(*(leaving(n, "02T08:00") for n in range(1, 6)))
    after = snapshot(
        leaving(1, "02T09:00", registrationNumber="OE-SIA"),
        leaving(2, "02T08:00", flightStatus="Cancelled"),
        leaving(3, "02T08:00", customerLastname="Testcase"),
        leaving(4, "02T08:00"),
        leaving(6, "02T08:00"),
    )
    assert compared(before, after) == {
        "added": ["6"],
        "changed": {"1": ["registrationNumber", "blockOffEstUTC"], "3": ["other"]},
        "cancelled": ["2"],
        "gone": ["5"],
    }
    assert "Testcase" not in json.dumps(after)


def test_a_flight_that_the_window_has_left_behind_is_not_gone():
    assert compared(snapshot(leaving(1, "01T23:30")), {}, "2031-04-02", "2031-04-04") == {}
    before = snapshot(leaving(1, "01T23:30"), flight(2))
    told = changes.compare(before, {}, ("2031-04-02", "2031-04-04"), "Europe/Vienna")
    assert told["gone"] == ["1"]  # there, it is the second of April already

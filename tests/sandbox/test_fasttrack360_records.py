from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fasttrack360_kit import START, VENDOR, Agency, agency, running

__all__ = ["agency", "running"]

NEW = {"name": "Invented Air", "officeId": 11, "status": "Active", "gradeId": 11}


def codes(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer["errors"]}


def test_ids_have_nine_digits(agency: Agency) -> None:
    client = agency.client()
    comment = agency.post(f"/clients/{client['id']}/comments", {"comment": "hello"})
    contact = agency.post(f"/clients/{client['id']}/contacts", {"firstName": "A", "lastName": "B"})
    centre = agency.post(f"/clients/{client['id']}/costCentres", {"name": "Ramp"})
    everything = [client, comment, contact, centre, agency.get("/jobOrders")["items"][0]]
    everything += [agency.get("/candidates")["items"][0], agency.get("/timesheets")["items"][0]]
    assert {len(str(record["id"])) for record in everything} == {9}
    assert len({record["id"] for record in everything}) == len(everything)


def test_a_client_is_created_read_changed_replaced_and_deleted(agency: Agency) -> None:
    made = agency.client(customFields={"tail": "VH-XYZ", "seats": 8}, address={"country": "Australia", "city": "Perth"})
    path = f"/clients/{made['id']}"
    assert agency.get(path) == made
    agency.control.advance(timedelta(minutes=5))
    changed = agency.patch(path, {"customFields": {"seats": 9}, "industry": "Aviation"})
    assert changed["customFields"] == {"tail": "VH-XYZ", "seats": 9}
    assert changed["address"]["city"] == "Perth"
    assert (changed["createdAt"], changed["modifiedAt"]) == ("2026-11-25T06:00:00Z", "2026-11-25T06:05:00Z")
    replaced = agency.call("PUT", path, NEW | {"id": 1, "createdAt": "ignored"}).json()
    assert (replaced["id"], replaced["industry"], replaced["customFields"]) == (made["id"], None, None)
    assert agency.call("DELETE", path).status_code == 204
    assert agency.call("GET", path).status_code == 404
    effects = [entry["effect"] for entry in agency.control.journal(vendor=VENDOR, effect="*")]
    assert effects == [f"client:{made['id']} {what}" for what in ("created", "updated", "updated", "deleted")]


def test_null_clears_an_optional_field_and_never_a_required_one(agency: Agency) -> None:
    path = f"/clients/{agency.client(industry='Aviation')['id']}"
    assert agency.patch(path, {"industry": None})["industry"] is None
    assert codes(agency.patch(path, {"name": None}, 400)) == {"name": "required"}


def test_a_patch_that_changes_nothing_has_no_effect(agency: Agency) -> None:
    client = agency.client()
    agency.control.advance(timedelta(minutes=1))
    assert agency.patch(f"/clients/{client['id']}", {"name": client["name"]}) == client
    assert agency.stats()["effects"] == 1


@pytest.mark.parametrize(
    ("fields", "flaws"),
    [
        ({"name": None}, {"name": "required"}),
        ({"name": 5}, {"name": "invalid"}),
        ({"name": "x" * 256}, {"name": "invalid"}),
        ({"name": "a\x00b"}, {"name": "invalid"}),
        ({"nmae": "typo"}, {"nmae": "unknown"}),
        ({"officeId": True, "gradeId": "11"}, {"officeId": "invalid", "gradeId": "invalid"}),
        ({"officeId": 10**30}, {"officeId": "invalid"}),
        ({"officeId": 99}, {"officeId": "unknown_reference"}),
        ({"status": "Sleeping"}, {"status": "unknown_reference"}),
        ({"parentId": 999999999}, {"parentId": "unknown_reference"}),
        ({"address": {"city": "Perth"}}, {"address.country": "required"}),
        ({"address": []}, {"address": "invalid"}),
        ({"customFields": {"a": {"b": 1}}}, {"customFields.a": "invalid"}),
        ({"customFields": {"k" * 101: 1}}, {"customFields": "invalid"}),
        ({"customFields": {str(n): n for n in range(101)}}, {"customFields": "invalid"}),
    ],
)
def test_wrong_fields_are_all_named(agency: Agency, fields: dict[str, Any], flaws: dict[str, str]) -> None:
    answer = agency.post("/clients", NEW | fields, 400)
    assert (answer["message"], codes(answer)) == ("Validation failed", flaws)
    assert agency.stats()["effects"] == 0


def test_search_by_name_finds_duplicates_before_they_are_made(agency: Agency) -> None:
    made = agency.client(externalReference="CRM-1")
    assert [row["id"] for row in agency.get("/clients", name="invented AIR")["items"]] == [made["id"]]
    assert [row["id"] for row in agency.get("/clients", externalReference="CRM-1")["items"]] == [made["id"]]
    assert agency.get("/clients", name="Invented")["items"] == []


def test_two_live_candidates_with_one_reference_are_a_duplicate(agency: Agency) -> None:
    person = {"firstName": "A", "lastName": "B", "email": "a@people.example", **NEW, "skillGroupId": 11}
    person |= {"externalReference": "HR-1"}
    del person["name"]
    made = agency.post("/candidates", person)
    assert [row["id"] for row in agency.get("/candidates", externalReference="HR-1")["items"]] == [made["id"]]
    assert agency.stats()["duplicates"] == 0
    agency.post("/candidates", person)
    assert agency.stats()["duplicates"] == 1


def test_modified_since_shows_what_is_new_or_updated(agency: Agency) -> None:
    agency.control.advance(timedelta(hours=1))
    new, old = agency.client(), agency.get("/clients", pageSize=1)["items"][0]
    agency.patch(f"/clients/{old['id']}", {"specialNotes": "VIP"})
    for since in ("2026-11-25T07:00:00Z", "2026-11-25T18:00:00+11:00"):
        found = agency.get("/clients", modifiedSince=since)
        assert [row["id"] for row in found["items"]] == [old["id"], new["id"]]
    assert agency.get("/clients", modifiedSince="2026-11-25T07:00:01Z")["totalCount"] == 0


def test_paging_covers_everything_once(agency: Agency) -> None:
    total = agency.get("/candidates")["totalCount"]
    pages = [agency.get("/candidates", page=n, pageSize=10) for n in range(1, total // 10 + 2)]
    ids = [row["id"] for page in pages for row in page["items"]]
    assert len(ids) == total == len(set(ids))
    assert agency.get("/candidates", page=99)["items"] == []


def test_a_list_can_be_made_as_long_as_a_test_needs_it(agency: Agency) -> None:
    total = agency.get("/candidates")["totalCount"]
    assert agency.script("grow", rows=1000) == 1000
    assert agency.get("/candidates")["totalCount"] == total + 1000
    (last,) = agency.get("/candidates", page=total + 1000, pageSize=1)["items"]
    assert agency.get(f"/candidates/{last['id']}") == last
    assert agency.get("/candidates", modifiedSince=last["modifiedAt"], pageSize=1)["items"] == [last]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "\u0663"},
        {"pageSize": "201"},
        {"pageSize": "many"},
        {"modifiedSince": "yesterday"},
        {"modifiedSince": "2026-11-25T07:00:00"},
        {"modifiedSince": "0001-01-01T00:00:00+14:00"},
        {"modfiedSince": "2026-11-25T07:00:00Z"},
    ],
)
def test_wrong_parameters_are_named(agency: Agency, query: dict[str, str]) -> None:
    answer = agency.call("GET", "/clients", params=query)
    assert answer.status_code == 400
    assert list(codes(answer.json())) == list(query)


@pytest.mark.parametrize("number", ["999999999", "1", "abc", "-1", "1e9", "100000001.0", "%00", "9" * 400, "\u0661"])
def test_an_id_that_nobody_has_is_not_found(agency: Agency, number: str) -> None:
    for path in ("/clients/{}", "/contacts/{}", "/candidates/{}", "/jobOrders/{}", "/timesheets/{}"):
        assert agency.call("GET", path.format(number)).status_code == 404


def test_the_same_external_reference_twice_is_accepted_and_counted(agency: Agency) -> None:
    first = agency.client(externalReference="CRM-7")
    assert agency.stats()["duplicates"] == 0
    agency.patch(f"/clients/{first['id']}", {"externalReference": "CRM-7", "industry": "Rail"})
    second = agency.client(externalReference="CRM-7")
    assert second["id"] != first["id"]
    assert agency.broke() == [None, None, "duplicate"]
    assert agency.stats()["duplicates"] == 1


def test_the_same_comment_twice_on_a_client_is_counted(agency: Agency) -> None:
    one, two = agency.client()["id"], agency.client()["id"]
    for client in (one, two, one):
        agency.post(f"/clients/{client}/comments", {"comment": "Car re-timed"})
    assert agency.broke()[2:] == [None, None, "duplicate"]
    assert agency.get(f"/clients/{one}/comments")["totalCount"] == 2


def test_comments_have_a_date_and_belong_to_their_client(agency: Agency) -> None:
    one, two = agency.client()["id"], agency.client()["id"]
    comment = agency.post(f"/clients/{one}/comments", {"comment": "hello"})
    assert (comment["date"], comment["clientId"]) == (START.date().isoformat(), one)
    assert agency.patch(f"/clients/{one}/comments/{comment['id']}", {"comment": "bye"})["comment"] == "bye"
    assert agency.call("DELETE", f"/clients/{two}/comments/{comment['id']}").status_code == 404
    assert agency.call("DELETE", f"/clients/{one}/comments/{comment['id']}").status_code == 204
    assert agency.get(f"/clients/{one}/comments")["items"] == []


def test_a_standard_description_may_be_mandatory(agency: Agency) -> None:
    client = agency.client()["id"]
    agency.control.limits(VENDOR, standard_description_required=True)
    answer = agency.post(f"/clients/{client}/comments", {"comment": "hello"}, 422)
    assert codes(answer) == {"standardDescription": "mandatory"}
    agency.post(f"/clients/{client}/comments", {"comment": "hello", "standardDescription": "Note"})


@pytest.mark.parametrize("above", ["candidates", "jobOrders"])
def test_candidates_and_jobs_have_comments_too(agency: Agency, above: str) -> None:
    number = agency.candidate() if above == "candidates" else agency.job()["id"]
    path = f"/{above}/{number}/comments"
    agency.post(path, {"comment": "Available on Sundays"})
    assert [row["comment"] for row in agency.get(path)["items"]] == ["Available on Sundays"]


def test_what_is_in_use_is_not_deleted(agency: Agency) -> None:
    job = agency.job()
    for path in (f"/clients/{job['clientId']}", f"/contacts/{job['orderedByContactId']}"):
        answer = agency.call("DELETE", path)
        assert answer.status_code == 409
        assert codes(answer.json()) == {"id": "in_use"}
        assert agency.patch(path, {"status": "Inactive"})["status"] == "Inactive"
    spare = agency.post(f"/clients/{job['clientId']}/contacts", {"firstName": "Cy", "lastName": "Test"})["id"]
    assert agency.call("DELETE", f"/contacts/{spare}").status_code == 204


def test_a_contact_of_a_cost_centre_is_in_use(agency: Agency) -> None:
    client = agency.client()["id"]
    contact = agency.post(f"/clients/{client}/contacts", {"firstName": "Cy", "lastName": "Test"})["id"]
    centre = agency.post(f"/clients/{client}/costCentres", {"name": "Ramp", "contactId": contact})["id"]
    assert agency.call("DELETE", f"/contacts/{contact}").status_code == 409
    agency.patch(f"/costCentres/{centre}", {"contactId": None})
    assert agency.call("DELETE", f"/contacts/{contact}").status_code == 204


def test_active_may_need_a_credit_check(agency: Agency) -> None:
    agency.control.limits(VENDOR, credit_check_required=True)
    assert codes(agency.post("/clients", NEW, 422)) == {"status": "credit_check"}
    client = agency.post("/clients", NEW | {"status": "Prospect"})["id"]
    assert agency.patch(f"/clients/{client}", {"status": "Active"}, 422)["errors"][0]["code"] == "credit_check"
    assert agency.patch(f"/clients/{client}", {"status": "Active", "creditChecked": True})["status"] == "Active"


def test_a_parent_stays_once_timesheets_exist(agency: Agency) -> None:
    parent = agency.client()["id"]
    job, _ = agency.submitted()
    path = f"/clients/{job['clientId']}"
    agency.patch(path, {"parentId": parent})
    assert codes(agency.patch(path, {"parentId": None}, 409)) == {"parentId": "locked"}
    assert agency.call("DELETE", f"/clients/{parent}").status_code == 409


def test_lookups(agency: Agency) -> None:
    for name in ("offices", "grades", "skillGroups"):
        assert agency.get(f"/lookups/{name}")["items"][0]["id"] == 11
    assert "Released" in [row["name"] for row in agency.get("/lookups/timesheets/statuses")["items"]]
    assert agency.get("/lookups/client/statuses") == agency.get("/lookups/clients/statuses")
    assert agency.call("GET", "/lookups/planes/statuses").status_code == 404

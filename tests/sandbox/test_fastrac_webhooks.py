from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fastrac_kit import START, Partner, partner, running
from tests.sandbox.hook_kit import inbox

__all__ = ["partner", "running"]


def test_each_step_after_the_registration_is_posted_once(partner: Partner) -> None:
    early = partner.order()["awb"]
    with inbox() as box:
        partner.post("/webhook/set", {"url": box.url})
        assert partner.get("/webhook/get") == {"url": box.url}
        late = partner.order(item={"desc": "SO-2"})["awb"]
        partner.control.set(START + timedelta(hours=1))
        for _ in range(2):
            assert partner.control.flush_webhooks()
        seen = [(body["awb"], body["status"]) for body in box.bodies]
    first = [(late, "PAID"), (late, "CONFIRMED"), (late, "PENDING_PICKUP")]
    assert seen[:3] == first
    assert sorted(seen[3:]) == sorted([(early, "PICKED"), (late, "PICKED")])
    assert set(box.bodies[0]) == {"awb", "courier_code", "status", "desc", "timestamp"}


def test_no_address_is_not_found(partner: Partner) -> None:
    assert partner.call("GET", "/webhook/get").json()["message"] == "Data not found"


@pytest.mark.parametrize("url", ["", 5, "ftp://a.example", "http://elsewhere.example/", "https://user@a.example", "//"])
def test_an_unfit_address_is_refused(partner: Partner, url: Any) -> None:
    assert partner.refused("/webhook/set", {"url": url}).startswith("url: ")

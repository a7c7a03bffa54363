from __future__ import annotations

import contextlib
import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlClient, ControlError
from airflow_provider_fleetops.sandbox.faults import KINDS
from tests.sandbox.kernel_kit import headers_of

VENDORS = ["fasttrack360", "fasttrak", "fastrac", "fl3xx"]


def get(box: Sandbox, path: str, **kwargs: Any) -> requests.Response:
    url = f"{box.base_url('fl3xx')}/api/external{path}"
    return requests.get(url, headers=headers_of(box, "fl3xx"), timeout=5, **kwargs)


def test_all_vendors_run_and_the_server_listens_on_loopback_only(fresh_sandbox: Sandbox) -> None:
    assert sorted(fresh_sandbox.control.health()["vendors"]) == sorted(VENDORS)
    assert fresh_sandbox.url.startswith("http://127.0.0.1:")
    port = int(fresh_sandbox.url.rsplit(":", 1)[1])
    own = socket.gethostbyname(socket.gethostname())
    if not own.startswith("127."):
        with contextlib.closing(socket.socket()) as sock:
            assert sock.connect_ex((own, port)) != 0


def test_the_clock_can_be_read_set_advanced_and_scaled(fresh_sandbox: Sandbox) -> None:
    control = fresh_sandbox.control
    before = control.clock()
    assert before["scale"] == 0
    after = control.advance(timedelta(hours=2))
    assert after["world"] - before["world"] == timedelta(hours=2)
    assert timedelta(hours=2) <= after["gateway"] - before["gateway"] < timedelta(hours=2, minutes=1)
    assert control.set(before["world"])["world"] == before["world"]
    assert control.scale(60)["scale"] == 60


def test_the_journal_tells_what_was_asked_but_no_secret_and_no_value(fresh_sandbox: Sandbox) -> None:
    box = fresh_sandbox
    url = f"{box.base_url('fl3xx')}/api/external/user"
    body = {"firstName": "Marked", "lastName": "Person", "email": "marked@example.invalid"}
    requests.post(url, params={"page": "marked-value"}, json=body, headers=headers_of(box, "fl3xx"), timeout=5)
    (entry,) = box.control.journal(vendor="fl3xx")
    assert (entry["route"], entry["label"], entry["method"]) == ("user.create", "documented", "POST")
    assert (entry["status"], entry["cost"], entry["broke"], entry["query_keys"]) == (200, 1, None, ["page"])
    assert entry["effect"] == f"user:{entry['subjects'][0]} created"
    assert "x-auth-token" in entry["header_names"]
    shown = json.dumps(box.control.journal()).lower()
    assert "marked" not in shown
    assert box.credentials("fl3xx")["token"].lower() not in shown


def test_equal_bodies_have_equal_digests(fresh_sandbox: Sandbox) -> None:
    url = f"{fresh_sandbox.base_url('fl3xx')}/nowhere"
    for body in (b"one", b"one", b"two", b""):
        requests.post(url, data=body, headers=headers_of(fresh_sandbox, "fl3xx"), timeout=5)
    one, again, two, none = (entry["body_digest"] for entry in fresh_sandbox.control.journal())
    assert one == again != two
    assert none == ""


def test_the_journal_is_filtered_and_continued(fresh_sandbox: Sandbox) -> None:
    for path in ("/aircraft", "/aircraft", "/airports/VIE"):
        get(fresh_sandbox, path)
    control = fresh_sandbox.control
    assert [entry["broke"] for entry in control.journal(broke="*")] == ["spacing"]
    assert len(control.journal(route="aircraft.list")) == 2
    assert [entry["seq"] for entry in control.journal(since=2)] == [3]
    assert control.last_seq() == 3


def test_the_summary_counts_per_vendor(fresh_sandbox: Sandbox) -> None:
    fresh_sandbox.control.fault("fl3xx", "status", match="aircraft.list", code=500)
    for _ in range(3):
        get(fresh_sandbox, "/aircraft")
    figures = fresh_sandbox.control.summary()
    assert sorted(figures) == sorted(VENDORS)
    fl3xx = figures["fl3xx"]
    assert (fl3xx["calls"], fl3xx["by_status"]) == (3, {"500": 1, "200": 1, "403": 1})
    assert (fl3xx["broken"], fl3xx["faults"], fl3xx["duplicates"]) == ({"spacing": 1}, {"status": 1}, 0)
    assert fl3xx["stats"]["flights"] == 240
    assert figures["fastrac"]["calls"] == 0


def test_reset_brings_back_clock_limits_faults_journal_and_world(fresh_sandbox: Sandbox) -> None:
    control = fresh_sandbox.control
    before = control.clock()["world"]
    limits = control.limits("fl3xx")
    control.limits("fl3xx", repeat_seconds=1, denied=["aircraft.list"])
    control.script("fl3xx", "cancel", flight=7001094)
    control.fault("fl3xx", "status", times="forever")
    control.advance(timedelta(days=1))
    get(fresh_sandbox, "/aircraft")
    control.reset()
    assert control.clock()["world"] == before
    assert control.limits("fl3xx") == limits
    assert (control.faults(), control.journal()) == ([], [])
    assert get(fresh_sandbox, "/flight/7001094").json()["status"] == "OK"


def test_another_seed_makes_another_world(fresh_sandbox: Sandbox) -> None:
    def names() -> set[str]:
        fresh_sandbox.control.limits("fl3xx", repeat_seconds=0)
        return {member["lastName"] + member["firstName"] for member in get(fresh_sandbox, "/staff/crew").json()}

    first = names()
    fresh_sandbox.control.reset()
    assert names() == first
    fresh_sandbox.control.reset(seed=8)
    assert names() != first
    fresh_sandbox.control.reset(seed=7)


def test_the_routes_are_listed_with_their_labels(fresh_sandbox: Sandbox) -> None:
    routes = fresh_sandbox.control.routes()
    assert {route["vendor"] for route in routes} == set(VENDORS)
    assert {route["label"] for route in routes} == {"documented", "seen", "assumed"}
    for vendor in VENDORS:
        names = [route["name"] for route in routes if route["vendor"] == vendor]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("order", "named"),
    [
        (lambda control: control.limits("fl3xx", speed=1), "fl3xx has no speed"),
        (lambda control: control.limits("fl3xx", repeat_seconds="fast"), "repeat_seconds must be of the kind"),
        (lambda control: control.limits("fl4xx"), "vendor: must be one of"),
        (lambda control: control.script("fl3xx", "explode"), "event: must be one of"),
        (lambda control: control.script("fl3xx", "slip", flight=1, minutes=5), "flight not found"),
        (lambda control: control.script("fl3xx", "slip", flight=7001094, minutes="x"), "minutes: must be a number"),
        (lambda control: control.advance(timedelta(seconds=-1)), "advance"),
        (lambda control: control.webhooks(mode="lost"), "mode"),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(fresh_sandbox: Sandbox, order: Any, named: str) -> None:
    with pytest.raises(ControlError, match=named):
        order(fresh_sandbox.control)


def test_the_command_line_serves_and_greets_with_connections_that_work() -> None:
    command = [sys.executable, "-m", "airflow_provider_fleetops.sandbox", "--port", "0", "--seed", "9", "--scale", "0"]
    command += ["--start", "2031-04-02T09:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[2]
            exports = [shlex.split(process.stdout.readline()) for _ in VENDORS]
            assert all(words[0] == "export" for words in exports)
            found = dict(assignment.split("=", 1) for _, assignment in exports)
            assert sorted(found) == sorted(f"AIRFLOW_CONN_{name.upper()}_DEFAULT" for name in VENDORS)
            flown = json.loads(found["AIRFLOW_CONN_FL3XX_DEFAULT"])
            with ControlClient(url) as control:
                assert control.world().isoformat() == "2031-04-02T09:00:00+00:00"
                assert flown["password"] == control.credentials("fl3xx")["token"]
            headers = {"X-Auth-Token": flown["password"]}
            assert requests.get(f"{flown['host']}/api/external/aircraft", headers=headers, timeout=5).ok
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


def test_importing_the_package_loads_no_web_server_and_nothing_of_the_client() -> None:
    code = "import sys, airflow_provider_fleetops.sandbox; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"fastapi", "uvicorn", "httpx"} & set(done.stdout.split())


def test_the_sandbox_shares_no_code_with_the_client_it_tests() -> None:
    folder = Path(__file__).parents[2] / "airflow_provider_fleetops" / "sandbox"
    allowed = "from airflow_provider_fleetops.sandbox"
    lines = [line.strip() for file in folder.rglob("*.py") for line in file.read_text().splitlines()]
    own = [line for line in lines if line.startswith(("from airflow", "import airflow"))]
    assert own
    # The one line: the names of a connection's fields, for the greeting. It tells nothing of what a vendor answers.
    fields = "from airflow_provider_fleetops.demo.connections import connections"
    assert [line for line in own if not line.startswith(allowed)] == [fields]


def test_its_root_lists_every_order_and_each_says_what_it_does(fresh_sandbox: Sandbox) -> None:
    orders = requests.get(f"{fresh_sandbox.url}/control", timeout=5).json()
    assert orders["POST /control/clock"]["takes"] == ["set", "advance", "scale"]
    assert {"vendor", "broke", "since"} <= set(orders["GET /control/journal"]["takes"])
    assert len(orders) > 15
    assert [name for name, order in orders.items() if not order["does"].endswith(".")] == []


def test_the_documentation_names_every_fault_and_every_script(fresh_sandbox: Sandbox) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    faults, scripts = page.split("## Faults")[1].split("## Scripts")
    assert tuple(re.findall(r"^\| `(\w+)` \|", faults, re.MULTILINE)) == KINDS
    tables = re.split(r"^\| (?=F)", scripts.split("## Limits")[0], flags=re.MULTILINE)[1:]
    for vendor, text in zip(("fl3xx", "fastrac", "fasttrak", "fasttrack360"), tables, strict=True):
        with pytest.raises(ControlError) as caught:
            fresh_sandbox.control.script(vendor, "explode")
        known = set(re.search(r"must be one of ([\w, ]+)", str(caught.value))[1].split(", "))
        cells = [line.split("|")[-4] for line in text.strip().splitlines() if line.endswith("|")]
        assert set(re.findall(r"`(\w+)`", " ".join(cells))) == known, vendor

"""A real Airflow, its API server alone, and Debian's Chromium looking at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_provider_fleetops.demo.airflow import LocalAirflow

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREEN = {"width": 1280, "height": 2400}
PATIENCE_MS = 20_000
# No GPU and no user namespaces in most containers; and the browser looks at nothing but the Airflow under test.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; without one the tests are skipped before anything is started."""
    pytest.importorskip("playwright", reason="playwright is not installed: pip install -e '.[e2e]'")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium on this machine: apt-get install chromium (make test does it as root on Debian)")
    return found


@pytest.fixture(scope="session")
def airflow(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAirflow]:
    """What serves the UI; nothing is scheduled here."""
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "dags").mkdir()
    with LocalAirflow(folder / "home", folder / "dags", components=("api-server",)) as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: str, airflow: LocalAirflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for the module: to start one takes as long as a test."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=chromium,
            headless=True,
            args=QUIET,
            viewport=SCREEN,
            base_url=airflow.url,
        )
        browser.set_default_timeout(PATIENCE_MS)
        yield browser.pages[0]
        browser.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: FLEETOPS_SCREENSHOTS names a folder to keep them in."""
    kept = os.environ.get("FLEETOPS_SCREENSHOTS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder

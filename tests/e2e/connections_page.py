"""Airflow's page of connections, as a person uses it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

STANDARD = "Standard Fields"
FREE_TEXT = "Extra Fields JSON"


class ConnectionsPage:
    """Admin > Connections."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self) -> None:
        self._page.goto("/connections")

    def add(self, title: str) -> ConnectionForm:
        """The form of a new connection of the type with this title."""
        self.open()
        self._page.get_by_role("button", name="Add Connection").click()
        form = ConnectionForm(self._page.get_by_role("dialog"))
        form.choose(title)
        return form

    def press_test(self, conn_id: str) -> str:
        """Press the Test button of a connection in the list; what the page then says."""
        row = self._page.get_by_role("row").filter(has=self._page.get_by_text(conn_id, exact=True))
        row.get_by_role("button", name="Test Connection").click()
        said = self._page.locator("[data-scope=toast][data-part=root]").filter(has_text="Test Connection")
        return said.locator("[data-part=description]").inner_text()


class ConnectionForm:
    """The dialog of one connection; its fields stand in sections, of which one is open at a time."""

    def __init__(self, dialog: Locator) -> None:
        self._dialog = dialog

    def choose(self, title: str) -> None:
        box = self._dialog.get_by_role("combobox")
        box.fill(title)
        self._dialog.get_by_role("option", name=title, exact=True).click()
        self._dialog.get_by_text(FREE_TEXT).wait_for()

    def sections(self) -> list[str]:
        return self._dialog.locator("[data-part=item-trigger]").all_inner_texts()

    def section(self, title: str) -> Locator:
        """A section, opened."""
        button = self._dialog.get_by_role("button", name=title, exact=True)
        if button.get_attribute("aria-expanded") == "false":
            button.click()
        content = button.locator("xpath=following-sibling::*[@data-part='item-content']")
        content.wait_for()
        return content

    def labels(self, section: str) -> list[str]:
        """The labels that a section shows; a required field's ends in a star."""
        shown = self.section(section).locator("label[data-scope=field]").filter(visible=True)
        return [" ".join(text.split()) for text in shown.all_inner_texts()]

    def helps(self, section: str) -> list[str]:
        return self.section(section).locator("[data-part=helper-text]").filter(visible=True).all_inner_texts()

    def picture(self, file: Path) -> None:
        self._dialog.screenshot(path=file, animations="disabled")

    def fill(self, conn_id: str, standard: Mapping[str, Any], extras: Mapping[str, tuple[str, str]]) -> None:
        """Type in the id, standard fields by name, and extras by name as (section, text)."""
        self._dialog.locator("[name=connection_id]").fill(conn_id)
        for name, value in standard.items():
            self.section(STANDARD).locator(f"[name={name}]").fill(str(value))
        for name, (section, text) in extras.items():
            self.section(section).locator(f"[name=element_{name}]").fill(text)

    @property
    def can_save(self) -> bool:
        return self._dialog.get_by_role("button", name="Save").is_enabled()

    def save(self) -> None:
        self._dialog.get_by_role("button", name="Save").click()
        self._dialog.wait_for(state="hidden")

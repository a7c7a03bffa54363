"""Reference pages from the code: the connection types, the operators and sensors, and tables that other pages include.

``python docs/generate.py`` writes them by hand; a build does it by itself.
"""

from __future__ import annotations

from pathlib import Path

from airflow_provider_fleetops import vendors
from pages.classes import operators_page, vendor_page
from pages.connections import connection_page
from pages.lists import LISTS


def write(docs: Path) -> None:
    """Write every generated page below ``docs``; a page that did not change keeps its time stamp."""
    pages = {docs / "connections" / f"{name}.md": connection_page(vendors.vendor(name)) for name in vendors.NAMES}
    pages |= {docs / "operators" / f"{name}.md": vendor_page(name) for name in vendors.NAMES}
    pages |= {docs / "generated" / f"{name}.md": make() for name, make in LISTS.items()}
    pages[docs / "operators.md"] = operators_page()
    for path, text in pages.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent)

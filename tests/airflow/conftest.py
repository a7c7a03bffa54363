"""Whatever touches Airflow is also run on the oldest Airflow that we support."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


# First, so that the mark is there when -m selects.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.compat)

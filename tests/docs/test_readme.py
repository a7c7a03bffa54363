"""What the README says is what the code does."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from airflow_provider_fleetops.provider_info import get_provider_info

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def quoted_region(path: str, name: str) -> str:
    text = (ROOT / path).read_text(encoding="utf-8")
    return text.split(f"# [START {name}]\n")[1].split(f"# [END {name}]")[0].strip()


def classes() -> list[type]:
    """Every operator and sensor that a user meets."""
    info = get_provider_info()
    modules = [path for kind in ("operators", "sensors") for entry in info[kind] for path in entry["python-modules"]]
    return [
        cls
        for path in modules
        for _, cls in inspect.getmembers(importlib.import_module(path), inspect.isclass)
        if cls.__module__ == path and re.fullmatch(r"(?!_)\w{8,}(Operator|Sensor)", cls.__name__)
        if {"act", "default_target"} & set(cls.__dict__)
    ]


def test_the_first_dag_is_the_one_that_runs_and_is_short():
    (block,) = re.findall(r"## A first DAG\n\n```python\n(.*?)\n```", README, re.DOTALL)
    assert block == quoted_region("dags/first_dag.py", "first_dag")
    assert len(block.splitlines()) < 30


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_each_class_stands_in_the_table_with_its_guarantee(cls):
    rows = [line for line in README.splitlines() if f"`{cls.__name__}`" in line]
    assert len(rows) == 1
    assert rows[0].rstrip(" |").endswith(f"| {getattr(cls, 'guarantee', 'read')}")


def test_the_table_names_no_class_that_does_not_exist():
    named = set(re.findall(r"\| `(\w+)` \|", README))
    assert named == {cls.__name__ for cls in classes()}


@pytest.mark.parametrize("command", re.findall(r"make ([a-z]+)", README))
def test_each_make_command_exists(command):
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\((docs/[\w-]+\.md)\)", README))
def test_each_link_leads_somewhere(link):
    assert (ROOT / link).is_file()

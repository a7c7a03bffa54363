"""Pages as files, until a transfer is complete."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from airflow.sdk import ObjectStoragePath

LOCAL = ("file", "local", "")


class Parts:
    """A folder beside the target with a file of JSON Lines for each page.

    Its name begins with ``_``, which readers of whole folders (Spark, Hive, Athena) pass over. Each try writes files of
    its own, so that one that was given up for dead cannot spoil another's.
    """

    def __init__(self, target: ObjectStoragePath, key: str) -> None:
        self._folder = target.parent / f"_{target.name}.{key}.parts"

    def write(self, sections: Sequence[tuple[str, int]], rows: Sequence[Any]) -> None:
        """Write the page that is the last of ``sections``."""
        section, (holder, count) = len(sections) - 1, sections[-1]
        make_folder(self._folder)
        with self._name(section, holder, count).open("wb") as file:
            for row in rows:
                # ASCII alone: no half characters and no line breaks of other scripts reach a reader.
                file.write(json.dumps(row).encode() + b"\n")

    def lines(self, sections: Sequence[tuple[str, int]]) -> Iterator[bytes]:
        """All rows in their order, a line each."""
        for section, (holder, pages) in enumerate(sections):
            for page in range(1, pages + 1):
                with self._name(section, holder, page).open("rb") as file:
                    yield from file

    def remove(self) -> None:
        """Delete the folder."""
        if self._folder.exists():
            self._folder.fs.rm(self._folder.path, recursive=True)

    def _name(self, section: int, holder: str, page: int) -> ObjectStoragePath:
        return self._folder / f"{section:03}-{holder}-{page:06}.jsonl"


def make_folder(folder: ObjectStoragePath) -> None:
    """Make a folder where there are folders; object stores have none."""
    if folder.protocol in LOCAL:
        folder.mkdir(parents=True, exist_ok=True)

"""The agency's own pick-lists. One answer serves all tasks for hours: they change seldom, and each call costs quota."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import FastTrack360EntryOperator

SIX_HOURS = 6 * 3600.0


class _LookUpOperator(FastTrack360EntryOperator):
    """What the look-ups share.

    :param max_age: anybody's answer of at most so many seconds ago will do; 0 asks the vendor.
    """

    returns: ClassVar[Sequence[str]] = ("id", "name")
    calls: ClassVar[str] = "1 in six hours, for all tasks"

    def __init__(self, *, max_age: float = SIX_HOURS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_age = max_age

    def answer(self) -> Any:
        return self.hook.rows(self.entry, reuse=self.max_age, **self._named(self.takes))


class FastTrack360ListOfficesOperator(_LookUpOperator):
    """Read the agency's offices: a list of ``id`` and ``name``."""

    entry: ClassVar[str] = "offices.list"


class FastTrack360ListGradesOperator(_LookUpOperator):
    """Read the agency's grades: a list of ``id`` and ``name``."""

    entry: ClassVar[str] = "grades.list"


class FastTrack360ListSkillGroupsOperator(_LookUpOperator):
    """Read the agency's skill groups: a list of ``id`` and ``name``."""

    entry: ClassVar[str] = "skill_groups.list"


class FastTrack360ListStatusesOperator(_LookUpOperator):
    """Read the agency's own statuses of an entity: a list of ``id`` and ``name``.

    :param entity: ``client``, ``contact``, ``candidate``, ``jobOrder``, ``timesheet``, … (templated)
    """

    entry: ClassVar[str] = "statuses.list"
    takes: ClassVar[Mapping[str, str]] = {"entity": "entity"}

    def __init__(self, *, entity: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.entity = entity

"""The crew of a flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import every, listed
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxFlightOperator

if TYPE_CHECKING:
    Members = Sequence[Mapping[str, Any]] | str

_SHOWN = ("pilotId", "role")


class Fl3xxGetFlightCrewOperator(Fl3xxFlightOperator):
    """Read who flies: a list with ``pilotId`` and ``role`` of each; names and contacts go to ``output_path``."""

    entry = "flight_crew.get"
    returns: ClassVar[Sequence[str]] = _SHOWN


class Fl3xxReplaceFlightCrewOperator(Fl3xxFlightOperator):
    """Make a list the whole crew of a flight: FL3XX removes everybody who is not on it.

    An empty list, which a template makes of nothing easily, is an error unless ``allow_empty``, and so is a member that
    is empty. FL3XX cannot tell
    whether somebody changed the crew meanwhile: the last write stands, and repeating it changes nothing.

    Returns the crew as FL3XX sees it, as a list with ``pilotId`` and ``role``; names go to ``output_path``.

    :param crew: ``[{"pilotId": 3101, "role": "CMD"}, …]``, or with ``crewPosition`` instead of the role. (templated)
    :param allow_empty: an empty ``crew`` is meant: it removes everybody.
    """

    entry = "flight_crew.replace"
    template_fields: Sequence[str] = ("fl3xx_conn_id", "flight_id", "crew", "output_path")
    returns: ClassVar[Sequence[str]] = _SHOWN
    guarantee: ClassVar[str] = "idempotent"

    def __init__(self, *, crew: Members, allow_empty: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.crew = crew
        self.allow_empty = allow_empty

    def answer(self) -> Any:
        return self.hook.replace_crew(self.flight_id, every(self.crew), allow_empty=self.allow_empty)


class Fl3xxChangeFlightCrewOperator(Fl3xxFlightOperator):
    """Let some come on board of a flight and others go, and leave the rest of the crew as it is.

    The crew is read, changed and written back whole; nothing is written when it is so already. A change that would
    leave nobody is an error. FL3XX cannot tell whether somebody changed the crew in between, so the read insists on a
    new answer: where the crew was read within ten minutes, the task waits for FL3XX's spacing (``deferrable=True``
    waits without a worker).

    Returns the crew as FL3XX sees it, as a list with ``pilotId`` and ``role``; names go to ``output_path``.

    :param assign: ``[{"pilotId": 3101, "role": "CMD"}, …]``; who is on board already gets the new role. (templated)
    :param remove: pilot ids; who is not on board is no error. (templated)
    """

    entry = "flight_crew.replace"
    template_fields: Sequence[str] = ("fl3xx_conn_id", "flight_id", "assign", "remove", "output_path")
    returns: ClassVar[Sequence[str]] = _SHOWN
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2: read, write"

    def __init__(self, *, assign: Members = (), remove: Sequence[int | str] | str = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.assign = assign
        self.remove = remove

    def answer(self) -> Any:
        return self.hook.change_crew(self.flight_id, every(self.assign), listed(self.remove))

"""What the operators of FL3XX share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator, FleetOpsRemovalOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, Context

    from airflow_provider_fleetops.vendors.fl3xx.documents import Change


class Fl3xxDocsLink(BaseOperatorLink):
    """FL3XX's documentation for developers."""

    name = "FL3XX: API documentation"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        return "https://developer.fl3xx.com/docs"


class Fl3xxOperator(FleetOpsOperator):
    """What the operators of FL3XX share.

    :param fl3xx_conn_id: a connection of type ``fl3xx``. (templated)
    """

    operator_extra_links = (Fl3xxDocsLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fl3xx:Fl3xxHook"
    conn_id_field: ClassVar[str] = "fl3xx_conn_id"
    ui_color = "#d7e8f7"

    def __init__(self, *, fl3xx_conn_id: str = "fl3xx_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fl3xx_conn_id = fl3xx_conn_id


class Fl3xxEntryOperator(Fl3xxOperator, FleetOpsEntryOperator):
    """Base of the operators that forward to one entry of FL3XX's catalogue."""


class Fl3xxSearchOperator(Fl3xxEntryOperator):
    """Base of the operators that search in API v2; ``conditions`` are the parameters that bound the search."""

    conditions: ClassVar[Sequence[str]]

    def body(self) -> dict[str, Any]:
        """The search."""
        from airflow_provider_fleetops.vendors.fl3xx.conditions import search

        return search(self._named({name: name for name in self.conditions}))


class Fl3xxRemovalOperator(Fl3xxEntryOperator, FleetOpsRemovalOperator):
    """Base of the operators that remove something; what is not there any more is removed."""


class Fl3xxFlightOperator(Fl3xxEntryOperator):
    """Base of the operators for one flight.

    :param flight_id: FL3XX's number of the flight. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"flight_id": "flight_id"}

    def __init__(self, *, flight_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.flight_id = flight_id


class Fl3xxDocumentOperator(Fl3xxFlightOperator):
    """Base of the operators that read a document of a flight whose items have a status each."""

    returns: ClassVar[Sequence[str]] = ("flightId", "tailNumber")

    def act(self, context: Context) -> dict[str, Any]:
        return self.told(self.answer())

    def told(self, document: Any) -> dict[str, Any]:
        """What goes to XCom of the document, which goes to the file."""
        from airflow_provider_fleetops.operators.output import hand_over
        from airflow_provider_fleetops.vendors.fl3xx.documents import statuses

        told: dict[str, Any] = hand_over(document, self.returns, self.output_path)
        return told | {"statuses": statuses(document)}


class Fl3xxChangeOperator(Fl3xxDocumentOperator):
    """Base of the operators that change a document of a flight.

    It is read, merged with ``changes`` and written back whole; nothing is written when all is so already. FL3XX knows
    no version, so it cannot tell whether somebody changed the document between this read and this write. That is why
    the read insists on a new answer: where the same was read within ten minutes, the task waits for FL3XX's spacing
    (``deferrable=True`` waits without a worker).

    Returns what reading it gives, ``updated``, ``changed`` (the paths of the fields) and ``ignored`` (those of them
    that FL3XX did not keep).

    :param changes: the fields to change, in FL3XX's own names. Objects are merged field by field, rows of a list that
        carry an ``id`` by it; everything else is replaced. Never stored among the rendered fields.
    """

    personal_fields: ClassVar[Sequence[str]] = ("changes",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2: read, write"

    def __init__(self, *, changes: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.changes = changes

    def act(self, context: Context) -> dict[str, Any]:
        change = self.change()
        told = {"updated": bool(change.changed), "changed": list(change.changed), "ignored": list(change.ignored)}
        if change.ignored:
            self.log.warning("FL3XX did not keep: %s", ", ".join(change.ignored))
        return self.told(change.document) | told

    def change(self) -> Change:
        """Make the change."""
        noun = self.entry.removesuffix(".update")
        change: Change = self.hook.change_document(noun, self.flight_id, self.personal("changes"))
        return change

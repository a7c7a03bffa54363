"""Operators that do one catalogue entry: a class names the entry and its parameters, and the rest is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.protocol.errors import NotFound, is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context


class FleetOpsEntryOperator(FleetOpsOperator):
    """Base of operators that forward to a catalogue entry, which checks every value before anything is sent.

    A subclass names the ``entry``, says which of its attributes are the entry's parameters (``takes``: attribute to
    the parameter's catalogue name) and which are fields of its JSON body (``sends``: attribute to the field's wire
    name), and assigns them in ``__init__``. An attribute that is None is left out. Everything named so is templated;
    what is about a person stands in ``personal_fields`` too. ``returns`` are the keys of an answer that say nothing
    about a person: an object gives them, a list gives one object with them for each row; without any, only size and
    digest go to XCom. A list of more than :data:`~airflow_provider_fleetops.operators.output.MOST_ROWS` rows belongs
    into a file: use the transfer operator.

    :param output_path: an ``ObjectStoragePath`` for the whole answer: a list as JSON Lines, an object as JSON, a
        document as it is. (templated)
    """

    entry: ClassVar[str]
    returns: ClassVar[Sequence[str]] = ()
    options: ClassVar[Sequence[str]] = ("output_path",)
    operation_key: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "template_fields" not in cls.__dict__ and hasattr(cls, "conn_id_field"):
            named = (cls.conn_id_field, *cls.takes, *cls.sends, *cls.options)
            cls.template_fields = tuple(name for name in named if name not in cls.personal_fields)

    def __init__(self, *, output_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_path = output_path

    def act(self, context: Context) -> Any:
        from airflow_provider_fleetops.operators.output import hand_over

        return hand_over(self.answer(), self.returns, self.output_path)

    def answer(self) -> Any:
        """The entry's whole answer; a list with all its pages."""
        name = self.entry_name()
        arguments, body = self._named(self.takes), self.body()
        if self.hook.vendor.endpoint(name).paging is not None:
            return self.hook.rows(name, body=body, **arguments)
        return self.hook.call(name, body=body, operation_key=self.operation_key, **arguments)

    def entry_name(self) -> str:
        """The entry's name in the catalogue of this connection."""
        return self.entry

    def body(self) -> Any:
        """The JSON body, or None where the entry has none."""
        return self._named(self.sends) if self.sends else None

    def _named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The given values by the names that the catalogue knows; what a template leaves empty is not given."""
        values = {
            name: self.personal(attribute) if attribute in self.personal_fields else getattr(self, attribute)
            for attribute, name in names.items()
        }
        return {name: value for name, value in values.items() if not is_blank(value)}


class FleetOpsRemovalOperator(FleetOpsEntryOperator):
    """Base of the operators that remove something; what is not there any more is removed."""

    def removed(self) -> dict[str, bool]:
        """Remove it; ``already``: it was not there."""
        try:
            self.answer()
        except NotFound:
            return {"removed": True, "already": True}
        return {"removed": True, "already": False}


class FleetOpsOnceOperator(FleetOpsEntryOperator):
    """Base of operators whose entry must not be repeated: it is done once per ``operation_key``.

    :param operation_key: your name for what it does, for example an order number; by default this task in this DAG
        run. (templated)
    """

    options: ClassVar[Sequence[str]] = (*FleetOpsEntryOperator.options, "operation_key")

    def __init__(self, *, operation_key: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.operation_key = operation_key

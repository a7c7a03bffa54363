"""What all operators share. Importing this must stay cheap: hooks and vendors load when a task runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator, conf

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_fleetops.protocol.errors import Throttled


def load_hook(name: str, conn_id: str) -> Any:
    """The hook class ``module:Class``, made for a connection."""
    module, _, cls = name.partition(":")
    return getattr(import_module(module), cls)(conn_id)


class FleetOpsOperator(BaseOperator):
    """Base of the vendors' operators.

    A subclass says which hook it uses, and acts in :meth:`act`. ``personal_fields`` are templated when the task runs
    and never stored among the rendered fields, which everybody can read in the UI; such a value may also be a callable
    that takes the context. ``guarantee`` is what a retry means: ``read``, ``idempotent``, ``effectively once``,
    ``at most once``.

    :param deferrable: hand the worker back when a vendor's limit asks for a wait longer than the connection's
        patience; the task goes on at the slot's time without spending a retry.
    """

    hook_name: ClassVar[str]
    conn_id_field: ClassVar[str]
    personal_fields: ClassVar[Sequence[str]] = ()
    guarantee: ClassVar[str] = "read"

    def __init__(
        self,
        *,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.deferrable = deferrable

    @cached_property
    def hook(self) -> Any:
        return load_hook(self.hook_name, getattr(self, self.conn_id_field))

    def act(self, context: Context) -> Any:
        """Do the work; what it returns goes to XCom: ids, counts, digests, never personal data."""
        raise NotImplementedError

    def personal(self, field: str) -> Any:
        """A personal field's value in this run."""
        return self._personal[field]

    def execute(self, context: Context) -> Any:
        from airflow_provider_fleetops.protocol.errors import Throttled

        self._personal = {name: self._render_personal(getattr(self, name), context) for name in self.personal_fields}
        try:
            return self.act(context)
        except Throttled as error:
            self._wait(error)
            raise

    def execute_resumed(self, context: Context, event: Any = None) -> Any:
        """Go on after a wait for a limit: nothing had been sent."""
        return self.execute(context)

    def _render_personal(self, value: Any, context: Context) -> Any:
        return value(context) if callable(value) else self.render_template(value, context)

    def _wait(self, error: Throttled) -> None:
        """Defer to the limit's slot, if there is one and the user wants to."""
        if not self.deferrable or error.resume_at is None:
            return
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        self.log.info("Deferring until %s: %s", error.resume_at.isoformat(timespec="seconds"), error.what)
        self.defer(trigger=DateTimeTrigger(moment=error.resume_at), method_name="execute_resumed")

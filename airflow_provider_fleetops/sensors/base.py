"""What all sensors share: look once in the worker, then poke, reschedule or defer, all by the same flow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseSensorOperator, PokeReturnValue, conf
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_fleetops.operators.base import load_hook, unpacked

if TYPE_CHECKING:
    from airflow.sdk import Context


AS_OFTEN_AS_ALLOWED = 1.0  # every vendor's rule is slower


class FleetOpsSensor(BaseSensorOperator):
    """Wait until things at a vendor reach a state; a thing that is already past it has reached it.

    Returns what each ended as: ``{"reached": {id: state}, "failed": {...}, "pending": {...}, "facts": {id: {...}}}``.
    The vendor's rule bounds how often is looked, whatever ``poke_interval`` says; a failed look is not a failed sensor
    until its own timeout or an error that cannot pass. What no look has shown yet is pending as ``UNSEEN``.

    :param target_state: the state (or states) to wait for.
    :param failure_states: states that fail the sensor; by default those from which the target cannot be reached.
    :param condition: ``all``, ``any``, or how many of the things must get there.
    :param poke_interval: seconds between looks; by default the vendor's rule, and never less.
    :param deferrable: wait in the triggerer, without a worker slot.
    :param important: may use the part of the day's quota that the connection keeps (``reserved_percent``).
    """

    hook_name: ClassVar[str]
    conn_id_field: ClassVar[str]
    watch: ClassVar[str]
    default_target: ClassVar[str]
    calls: ClassVar[str] = "1 a look, for all that wait"

    def __init__(
        self,
        *,
        target_state: str | Sequence[str] | None = None,
        failure_states: str | Sequence[str] | None = None,
        condition: str | int = "all",
        poke_interval: timedelta | float | None = None,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        important: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(poke_interval=AS_OFTEN_AS_ALLOWED if poke_interval is None else poke_interval, **kwargs)
        self.target_state = target_state if target_state is not None else self.default_target
        self.failure_states = failure_states
        self.condition = condition
        self.deferrable = deferrable
        self.important = important

    @cached_property
    def hook(self) -> Any:
        return load_hook(self.hook_name, getattr(self, self.conn_id_field))

    def subjects(self) -> Sequence[str]:
        """The ids to wait for."""
        raise NotImplementedError

    def watch_name(self) -> str:
        """The vendor's watch that this sensor follows."""
        return self.watch

    def window(self, context: Context) -> dict[str, str]:
        """What bounds the look (a date range), as the watch wants it."""
        return {}

    def execute(self, context: Context) -> Any:
        watcher = self._watcher(context)
        cadence = watcher.cadence(self.hook.account)
        if cadence > self.poke_interval:
            self.log.info("Looking every %.0f s, as the vendor's rule allows", cadence)
            self.poke_interval = cadence
        if not self.deferrable:
            return super().execute(context)
        first = self._first_look(context)
        if first.is_done:
            return first.xcom_value
        self._defer(context)
        return None

    def _first_look(self, context: Context) -> PokeReturnValue:
        """What ``BaseSensorOperator`` makes of a failing poke in the other modes."""
        try:
            return self.poke(context)
        except AirflowFailException as error:
            if self.soft_fail or self.never_fail:
                raise AirflowSkipException("Skipping: soft_fail or never_fail is set.") from error
            raise
        except Exception as error:
            if self.never_fail:
                raise AirflowSkipException("Skipping: never_fail is set.") from error
            raise

    def poke(self, context: Context) -> PokeReturnValue:
        from airflow_provider_fleetops.hooks.caller import caller_of
        from airflow_provider_fleetops.hooks.errors import for_airflow
        from airflow_provider_fleetops.protocol.errors import FleetOpsError

        watcher = self._watcher(context)
        self.hook.caller = caller_of(context, important=self.important)
        try:
            report = self.hook.run(
                lambda account: watcher.look(account, 0.0 if self.deferrable else self.poke_interval)
            )
        except FleetOpsError as error:
            if not error.retryable:
                raise
            self.log.warning("This look failed, waiting goes on: %s", error)
            return PokeReturnValue(is_done=False)
        if report.hopeless:
            raise for_airflow(watcher.failure(report.result))
        self.log.info("%s", report.said)
        return PokeReturnValue(is_done=report.done, xcom_value=report.result)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Take the trigger's event: the result, or the error it met."""
        from airflow_provider_fleetops.hooks.errors import for_airflow
        from airflow_provider_fleetops.hooks.watcher import error_from_event

        error = error_from_event(event)
        if error is not None:
            raise for_airflow(error)
        return event["result"]

    def _watcher(self, context: Context) -> Any:
        from airflow_provider_fleetops.hooks.errors import for_airflow
        from airflow_provider_fleetops.hooks.watcher import Watcher
        from airflow_provider_fleetops.protocol.errors import FleetOpsError

        try:
            return Watcher.of(
                self.hook.vendor_name,
                self.watch_name(),
                ids=[str(subject) for subject in self.subjects()],
                window=self.window(context),
                targets=unpacked(self.target_state),
                failures=None if self.failure_states is None else unpacked(self.failure_states),
                condition=self.condition,
            )
        except FleetOpsError as error:
            raise for_airflow(error) from None

    def _defer(self, context: Context) -> None:
        from airflow_provider_fleetops.triggers.wait import WaitTrigger

        trigger = WaitTrigger(
            conn_id=self.hook.conn_id,
            interval=self.poke_interval,
            important=self.important,
            **self._watcher(context).to_kwargs(),
        )
        self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=self.timeout))

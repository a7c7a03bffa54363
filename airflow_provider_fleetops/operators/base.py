"""What all operators share. Importing this must stay cheap: hooks and vendors load when a task runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from importlib import import_module
from inspect import Parameter, signature
from random import uniform
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator, XComArg, conf

from airflow_provider_fleetops.protocol.errors import (
    Effect,
    FleetOpsError,
    Throttled,
    Unavailable,
    empty,
    in_words_of,
    is_blank,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

LEAD_SECONDS = 5.0
LONGEST_LEAD = 80.0
JITTER_SECONDS = 5.0
SETTLE_SECONDS = 7.0
MAX_WAIT = timedelta(days=2)


def task_key(context: Context) -> str:
    """This task of this DAG run: the name of what it does when the user gives none."""
    from airflow_provider_fleetops.hooks.caller import caller_of

    return caller_of(context).key


def load_hook(name: str, conn_id: str) -> Any:
    """The hook class ``module:Class``, made for a connection."""
    module, _, cls = name.partition(":")
    return getattr(import_module(module), cls)(conn_id)


def unpacked(value: Any) -> list[Any]:
    """Many things as they are, one as a list of it, and what a template made of a list (``[1, 'B']``)."""
    if isinstance(value, str) and value.lstrip().startswith(("[", "(")):
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(value.strip())
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else [value]


def listed(value: Any) -> list[Any]:
    """What :func:`unpacked` gives, without what is not there: ``None``, also as the text a template makes of it."""
    things = (thing.strip() if isinstance(thing, str) else thing for thing in unpacked(value))
    return [thing for thing in things if not is_blank(thing)]


def every(value: Any) -> list[Any]:
    """All things of a list, also one that a template made of nothing: who leaves it out does less than was asked."""
    return [] if is_blank(value) else unpacked(value)


@cache
def _without_default(cls: type[FleetOpsOperator]) -> tuple[str, ...]:
    """The templated parameters that every user must give."""
    found: dict[str, Parameter] = {}
    for base in reversed(cls.__mro__):
        if "__init__" in vars(base):
            found |= signature(vars(base)["__init__"]).parameters
    return tuple(name for name, one in found.items() if one.default is one.empty and name in cls.template_fields)


class FleetOpsOperator(BaseOperator):
    """Base of the vendors' operators.

    A subclass says which hook it uses, and acts in :meth:`act`. ``personal_fields`` are templated when the task runs
    and never stored among the rendered fields, which everybody can read in the UI; such a value may also be a callable
    that takes the context. When you map, give a named function: Airflow keeps the literals of ``partial()`` and
    ``expand()`` in the serialized DAG, and sees no dependency in a personal field of ``partial()``. ``guarantee`` is
    what a retry means: ``read``, ``idempotent``, ``effectively once``, ``at most once``; ``calls`` what it costs, in
    calls of the vendor. ``never_blank`` are optional parameters that nothing may stand in for, such as the key of what
    is worked on: one that is given and renders to nothing is an error; so are the connection, ``operation_key`` and
    ``output_path``, and all templated ones without a default. ``takes`` and ``sends`` tell which parameter the hook or
    the vendor knows by which other name, for errors too.

    :param deferrable: hand the worker back when a vendor's limit, or its ``Retry-After``, asks for a wait longer than
        the connection's patience, or when an unclear outcome can only be looked for later; a slot is held, and the
        task goes on at its time without spending a retry.
    :param max_wait: how long one try may wait so, all its waits together; a wait beyond that fails the try with the
        limit's error. Airflow's ``execution_timeout`` does not count the time in which a task is deferred.
    :param important: may use the part of the day's quota that the connection keeps (``reserved_percent``).
    :param on_demand: a person asked for this call; it is not part of a schedule. FL3XX has a budget for those.
    """

    hook_name: ClassVar[str]
    conn_id_field: ClassVar[str]
    personal_fields: ClassVar[Sequence[str]] = ()
    never_blank: ClassVar[Sequence[str]] = ()
    takes: ClassVar[Mapping[str, str]] = {}
    sends: ClassVar[Mapping[str, str]] = {}
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def __init__(
        self,
        *,
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        max_wait: timedelta = MAX_WAIT,
        important: bool = False,
        on_demand: bool = False,
        **kwargs: Any,
    ) -> None:
        from airflow_provider_fleetops.hooks.retry import with_policy

        super().__init__(**with_policy(kwargs))
        self.deferrable = deferrable
        self.max_wait = max_wait
        self.important = important
        self.on_demand = on_demand
        self._resumed = 0
        self._waiting_since: datetime | None = None

    def __setattr__(self, key: str, value: Any) -> None:
        """Note what the DAG does not give: rendered, a value that is given may be None as well.

        And let a personal field that is another task's output wait for it; Airflow looks at template fields only.
        """
        if value is None and key not in self.__dict__:
            self.__dict__.setdefault("_left_out", set()).add(key)
        super().__setattr__(key, value)
        if key in self.personal_fields and not getattr(self, "_BaseOperator__from_mapped", False):
            XComArg.apply_upstream_relationship(self, value)

    @cached_property
    def hook(self) -> Any:
        return load_hook(self.hook_name, getattr(self, self.conn_id_field))

    def act(self, context: Context) -> Any:
        """Do the work; what it returns goes to XCom: ids, counts, digests, never personal data."""
        raise NotImplementedError

    @property
    def only_reads(self) -> bool:
        """Whether nothing is changed on the ground of what is read: then reads of before a wait serve after it."""
        return self.guarantee == "read"

    def is_given(self, name: str) -> bool:
        """Whether the DAG gives this parameter, whatever its template renders to; None as a literal is not given.

        In a mapped task None may be what came of ``expand()``, and counts.
        """
        if getattr(self, "_BaseOperator__from_mapped", False):
            return name in getattr(self, "_BaseOperator__init_kwargs", {})
        return name in self.__dict__ and name not in self.__dict__.get("_left_out", ())

    def personal(self, field: str) -> Any:
        """A personal field's value in this run."""
        return self._personal[field]

    def execute(self, context: Context) -> Any:
        from airflow_provider_fleetops.hooks.errors import for_airflow

        try:
            self._check_blank()
            return self._execute(context)
        except FleetOpsError as error:
            names = {wire: name for name, wire in {**self.takes, **self.sends}.items()}
            raise for_airflow(in_words_of(error, names)).with_traceback(error.__traceback__) from None

    def _check_blank(self) -> None:
        """Stop where a template rendered to nothing what must be something; optional values are left out then."""
        connection = getattr(self, "conn_id_field", "fleetops_conn_id")
        given = filter(self.is_given, (connection, "operation_key", "output_path", *self.never_blank))
        for name in (*_without_default(type(self)), *given):
            if is_blank(getattr(self, name)):
                raise empty(name)

    def _execute(self, context: Context) -> Any:
        from airflow_provider_fleetops.hooks.caller import caller_of

        self._personal = {name: self._render_personal(getattr(self, name), context) for name in self.personal_fields}
        self.hook.caller = caller_of(
            context,
            important=self.important,
            on_demand=self.on_demand,
            waits=self.deferrable,
            resumed=self._resumed,
        )
        if self.deferrable and self.only_reads:
            self.hook.recall(again=bool(self._resumed))
        try:
            result = self.act(context)
        except (Throttled, Unavailable) as error:
            if isinstance(error, Throttled) or error.effect is Effect.UNKNOWN:
                self._wait(error)
            raise
        self.hook.forget()
        return result

    def execute_resumed(self, context: Context, event: Any = None) -> Any:
        """Go on after a wait: nothing had been sent, or it is looked for first."""
        event = event or {}
        self._resumed = int(event.get("resumed", 1))
        self._waiting_since = datetime.fromisoformat(event["since"]) if "since" in event else None
        return self.execute(context)

    def _render_personal(self, value: Any, context: Context) -> Any:
        return value(context) if callable(value) else self.render_template(value, context)

    def _wait(self, error: FleetOpsError) -> None:
        """Defer to the limit's slot, or until an unclear outcome can be looked for, if the user wants to."""
        if not self.deferrable or error.resume_at is None:
            return
        from airflow_provider_fleetops.triggers.slot import SlotTrigger

        now = datetime.now(UTC)
        since = self._waiting_since or now
        if error.resume_at - since > self.max_wait:
            self.log.warning("Not waiting: since %s, that would be more than max_wait=%s", since, self.max_wait)
            return
        self.log.info("Deferring until %s: %s", error.resume_at.isoformat(timespec="seconds"), error)
        self.hook.keep(self.max_wait.total_seconds())
        moment = resume_moment(error.resume_at, now, held=error.held, resumed=self._resumed)
        trigger = SlotTrigger(moment=moment.isoformat(), resumed=self._resumed + 1, since=since.isoformat())
        self.defer(trigger=trigger, method_name="execute_resumed")


def resume_moment(slot: datetime, now: datetime, *, held: bool, resumed: int = 0) -> datetime:
    """When a deferred task should come back.

    Shortly before a slot that is held for it, because a worker takes seconds to start: earlier each time it has come
    back, since it may have come too late, and busy workers take long to start. Shortly after a moment that many wait
    for, each at another time; and never within seconds of the deferral, which can fail the task (Airflow #66374).
    """
    jitter = timedelta(seconds=uniform(0.0, JITTER_SECONDS))  # noqa: S311 - no secret
    lead = timedelta(seconds=min(LEAD_SECONDS * 2 ** min(resumed, 10), LONGEST_LEAD))
    moment = slot - lead if held else slot + jitter
    return max(moment, now + timedelta(seconds=SETTLE_SECONDS))

"""What all hooks share: from an Airflow connection to an account, and from a flow to its value."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from airflow.sdk import BaseHook

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.hooks.caller import current_caller
from airflow_provider_fleetops.hooks.errors import for_airflow
from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import ConfigurationError, FleetOpsError, InvalidInput, PermissionDenied
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.replay import Replay, keep, recall
from airflow_provider_fleetops.protocol.retry import ONCE
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account, Vendor
from airflow_provider_fleetops.state import open_store

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from airflow_provider_fleetops.transports.aio import AsyncDriver
    from airflow_provider_fleetops.transports.lanes import Lanes
    from airflow_provider_fleetops.transports.sync import SyncDriver

T = TypeVar("T")
TEST_SECONDS = 10.0


class FleetOpsHook(BaseHook):
    """A hook to one vendor. It looks its connection up once, reuses HTTP connections and works in ``@task`` functions.

    ``hook.call("flights.list", from_="2026-11-22", to="2026-11-22")`` calls any entry of the vendor's catalogue
    under the shared limits. Errors are :mod:`airflow_provider_fleetops.protocol.errors`; those that a retry cannot
    mend are ``AirflowFailException`` too.
    """

    vendor_name: ClassVar[str]
    conn_name_attr: ClassVar[str]
    default_conn_name: ClassVar[str]
    conn_type: ClassVar[str]
    hook_name: ClassVar[str]

    def __init__(
        self, conn_id: str | None = None, *, important: bool = False, on_demand: bool = False, **kwargs: Any
    ) -> None:
        super().__init__()
        self.caller: Caller | None = None  # whoever knows the task's context says who calls
        self._keyed: set[str] = set()  # entries that were done under the task's own key
        self._manner = {"important": important, "on_demand": on_demand}
        # Airflow's Connection.get_hook() passes the id under the hook's own attribute name.
        self.conn_id: str = conn_id or kwargs.pop(self.conn_name_attr, None) or self.default_conn_name
        if kwargs:
            raise TypeError(f"unexpected argument {next(iter(kwargs))!r}")

    @property
    def vendor(self) -> Vendor:
        return vendors.vendor(self.vendor_name)

    @cached_property
    def account(self) -> Account:
        """The checked connection; ``ConfigurationError`` names what is wrong with it."""
        return self._checked(self.get_connection(self.conn_id))

    def use(self, connection: Any) -> None:
        """Work with this connection: in a process that has Airflow's database, where a task's way finds none of it."""
        self.account = self._checked(connection)

    def _checked(self, connection: Any) -> Account:
        try:
            return self._account(connection, connection.extra_dejson)
        except FleetOpsError as error:
            raise for_airflow(error) from None

    def acting_as(self, caller: Caller) -> Account:
        """The account with the name of who uses it."""
        return dataclasses.replace(self.account, caller=caller)

    def _acting(self) -> Account:
        if self.caller is None:
            self.caller = current_caller(**self._manner)
        return self.acting_as(self.caller)

    @cached_property
    def _driver(self) -> SyncDriver:
        from airflow.sdk.log import mask_secret

        from airflow_provider_fleetops.transports.sync import SyncDriver

        return SyncDriver(open_store(), self.log.info, mask_secret)

    def get_conn(self) -> Account:
        """The account this hook works with."""
        return self.account

    def run(self, flow: Callable[[Account], Flow[T]]) -> T:
        """Run a flow of this vendor in a worker; the one place where its errors become Airflow's."""
        try:
            return self._driver.run(flow(self._acting()))
        except FleetOpsError as error:
            raise for_airflow(error).with_traceback(error.__traceback__) from None

    def call(
        self,
        endpoint: str,
        /,
        *,
        body: Any = None,
        reuse: float | None = None,
        operation_key: str | None = None,
        **arguments: Any,
    ) -> Any:
        """Call a catalogue entry and give the useful part of its answer.

        :param endpoint: the entry's name, for example ``flights.list``; the connection page lists all.
        :param body: the JSON body, where the entry has one.
        :param reuse: accept anybody's identical answer of at most so many seconds ago; by default the vendor's rule.
        :param operation_key: for an entry that must not be repeated: do it once under this name, for example an order
            number; whoever calls it again gets the first answer. By default this task in this DAG run: a task that
            does such an entry twice needs a key for each.
        :param arguments: path and query parameters by their catalogue names.
        """
        if operation_key is not None or self._is_unsafe(endpoint):
            self._check_key(endpoint, operation_key)
            return self.run(lambda account: call_once(account, endpoint, arguments, body, operation_key))
        return self.run(lambda account: call(account, endpoint, arguments, body, reuse=reuse))

    def _is_unsafe(self, endpoint: str) -> bool:
        try:
            return self.vendor.endpoint(endpoint).kind is Kind.UNSAFE
        except ConfigurationError as error:
            raise for_airflow(error) from None

    def _check_key(self, endpoint: str, key: str | None) -> None:
        """The task's own key serves once for each entry: a second call would get the first one's answer."""
        if key is None and endpoint in self._keyed:
            what = "parameter 'operation_key' is required where a task does this more than once"
            raise for_airflow(InvalidInput(what, vendor=self.vendor_name, endpoint=endpoint))
        if key is None and self._acting().caller.key:
            self._keyed.add(endpoint)

    def rows(self, endpoint: str, /, *, body: Any = None, reuse: float | None = None, **arguments: Any) -> list[Any]:
        """All rows of a list entry, page by page; arguments as in :meth:`call`."""
        return self.run(lambda account: paginate(account, endpoint, arguments, body, reuse=reuse))

    def recall(self, *, again: bool) -> None:
        """Let the caller's reads outlive its waits for a limit; ``again``: it comes back from one."""
        caller = self.caller or current_caller()
        self.caller = dataclasses.replace(caller, replay=self.run(recall) if again else Replay())

    def keep(self, seconds: float) -> None:
        """Keep for so long what the caller has read."""
        if self.caller is not None and self.caller.replay is not None:
            self.run(lambda account: keep(account, seconds))

    def forget(self) -> None:
        """Keep nothing any more of what was kept."""
        if self.caller is not None and self.caller.resumed:
            self.keep(0.0)

    def lanes(self, size: int) -> Lanes:
        """Drivers that run flows of this vendor side by side; for ``with``. What they note is for debugging."""
        from airflow.sdk.log import mask_secret

        from airflow_provider_fleetops.transports.lanes import Lanes
        from airflow_provider_fleetops.transports.sync import SyncDriver

        store = open_store()
        return Lanes(lambda sleep: SyncDriver(store, self.log.debug, mask_secret, sleep=sleep), size)

    async def aaccount(self) -> Account:
        """The account, for the triggerer: only asynchronous look-ups."""
        from airflow.providers.common.compat.connection import get_async_connection, get_async_extra_dejson

        if "account" not in self.__dict__:
            connection = await get_async_connection(self.conn_id, hook=self)
            self.__dict__["account"] = self._account(connection, await get_async_extra_dejson(connection))
        return self.account

    def adriver(self) -> AsyncDriver:
        """The driver for the triggerer; use it as ``async with``."""
        from airflow_provider_fleetops.transports.aio import AsyncDriver

        return AsyncDriver(open_store(), self.log.info, _mask_in_triggerer)

    async def arun(self, flow: Callable[[Account], Flow[T]]) -> T:
        """Run one flow in an event loop."""
        account = await self.aaccount()
        async with self.adriver() as driver:
            return await driver.run(flow(account))

    def test_connection(self) -> tuple[bool, str]:
        """Airflow's "Test" button: one call without retries. The message never repeats configuration."""
        try:
            account = dataclasses.replace(self.account, retry=dataclasses.replace(ONCE, patience=TEST_SECONDS))
            probe, arguments = account.vendor.probe, account.vendor.probe_arguments
            self._driver.run(call(account, probe, arguments))
        except PermissionDenied as error:
            return True, f"Connected, but {error.what}. {self.vendor.probe_cost}"
        except FleetOpsError as error:
            return False, f"{type(error).__name__}: {error}"
        except Exception as error:  # noqa: BLE001 - its text may hold configuration, and the API shows it unredacted
            return False, f"{type(error).__name__} (see the log of the API server)"
        return True, f"Connected. {self.vendor.probe_cost}"

    def _account(self, connection: Connection, extras: Mapping[str, Any]) -> Account:
        if connection.conn_type != self.conn_type:
            raise ConfigurationError(
                f"connection {self.conn_id!r} is of type {connection.conn_type!r}, not {self.conn_type!r}"
            )
        return Account.of(
            self.vendor,
            self.conn_id,
            host=connection.host or "",
            port=connection.port,
            login=connection.login or "",
            password=connection.password or "",
            extras=extras,
        )


async def _mask_in_triggerer(value: str) -> None:
    """Mask a value in the triggerer's logs; Airflow 3.2 knows only the blocking call, which must not block the loop."""
    try:
        from airflow.sdk.log import amask_secret
    except ImportError:
        from airflow.sdk.log import mask_secret

        await asyncio.to_thread(mask_secret, value)
    else:
        await amask_secret(value)


def hook_for(vendor: str, conn_id: str | None) -> FleetOpsHook:
    """The hook of a vendor by name."""
    module, _, name = vendors.form(vendor).hook_class.rpartition(".")
    hook: FleetOpsHook = getattr(import_module(module), name)(conn_id)
    return hook

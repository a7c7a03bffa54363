"""What a vendor is (a record of data and pure functions), and an account: one connection to it."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tenacity import stop_after_attempt

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Auth
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.connection import ConnectionForm
from airflow_provider_fleetops.protocol.endpoint import Endpoint, Prepared
from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.limits import DayQuota, Gate, Limit
from airflow_provider_fleetops.protocol.messages import LOOPBACK, Secret
from airflow_provider_fleetops.protocol.retry import Retry
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.watch import Watch

if TYPE_CHECKING:
    from airflow_provider_fleetops.protocol.feed import Feed

_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Pool:
    """An Airflow pool that we recommend: it bounds concurrency, never rate."""

    name: str
    slots: int
    why: str


@dataclass(frozen=True)
class Vendor:
    """All that is known of a vendor.

    ``judge`` gives the value of an answer or raises a ``FleetOpsError``; ``limits`` are those of one call;
    ``probe`` names the endpoint that ``test_connection`` calls, ``probe_cost`` what that costs;
    ``reuse`` says for how many seconds the answer of a recurring read serves everyone (0: never);
    ``forbidden_pause`` is how long a 403 on a right that is known to exist means "too fast" (0: a 403 is a 403);
    ``base_path`` is what stands between host and path where a connection decides it (a version segment);
    ``unclear_throttle`` says of a 429 that does not tell whether the day's quota is spent until when it would be, if
    another one follows it (None: such answers are clear, or it makes no difference);
    ``hard_quota``: once the day's quota is spent the vendor stops everybody. So nothing goes that cannot be counted,
    and where a connection does not say how many calls there are, they go one at a time: only one meets the end;
    ``attempts`` is how often a call is tried at most, small where failed calls cost quota too;
    ``tracings`` say, for entries that create something, how to find out afterwards whether they did;
    ``personal`` are the fields that are about a person (:func:`~airflow_provider_fleetops.protocol.personal.names`).
    """

    name: str
    title: str
    zone: str
    form: ConnectionForm
    endpoints: Mapping[str, Endpoint]
    auth: Callable[[Account], Auth]
    judge: Callable[[Account, Answer], Any]
    limits: Callable[[Account, Prepared], Sequence[Limit]]
    probe: str
    probe_cost: str
    probe_arguments: Mapping[str, Any] = field(default_factory=dict)
    reuse: Callable[[Account, Endpoint], float] = lambda _account, _endpoint: 0.0
    forbidden_pause: Callable[[Account], float] = lambda _account: 0.0
    watches: Mapping[str, Watch] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    pools: tuple[Pool, ...] = ()
    docs: str = ""
    base_path: Callable[[Account], str] = lambda _account: ""
    unclear_throttle: Callable[[Answer], datetime | None] | None = None
    hard_quota: bool = False
    attempts: int = 4
    tracings: Mapping[str, Callable[[Account, Prepared], Tracing]] = field(default_factory=dict)
    personal: frozenset[str] = frozenset()

    def endpoint(self, name: str) -> Endpoint:
        try:
            return self.endpoints[name]
        except KeyError:
            close = " or ".join(get_close_matches(str(name), self.endpoints))
            raise ConfigurationError(
                f"unknown endpoint {name[:80]!r}",
                vendor=self.name,
                advice=f"{f'Did you mean {close}? ' if close else ''}All names: airflow fleetops call CONN_ID",
            ) from None


@dataclass(frozen=True)
class Account:
    """One connection, read and checked, and who uses it.

    ``settings`` are the form's extras with defaults, secret ones as ``Secret``. ``holds_turn``: for a call that is made
    within another one (a look right before its request leaves), which has waited for its turn and its slot already.
    """

    vendor: Vendor
    conn_id: str
    base_url: str
    login: str = field(default="", repr=False)
    secret: Secret = field(default_factory=lambda: Secret(""))
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    retry: Retry = field(default_factory=Retry)
    caller: Caller = field(default_factory=Caller)
    holds_turn: bool = False

    @property
    def key(self) -> str:
        """Names whose tokens and answers these are: the same host and credentials, however the connection is called."""
        telling = [x.name for x in self.vendor.form.extras if x.secret or x.identity]
        return self._named(self.base_url, "login", "password", *telling)

    @property
    def meter(self) -> str:
        """Names whose calls the vendor counts, however they sign in: limits are kept by it."""
        return self._named(urlsplit(self.base_url).netloc, *self.vendor.form.metered)

    def _named(self, place: str, *fields: str) -> str:
        values = {**self.settings, "login": self.login, "password": self.secret}
        text = "\0".join((place, *(_plain(values.get(name)) for name in fields)))
        return f"{self.vendor.name}:{hashlib.sha256(text.encode()).hexdigest()[:24]}"

    @property
    def place(self) -> str:
        """Names connection and host in an error."""
        return f"connection {self.conn_id!r} to {urlsplit(self.base_url).netloc}"

    @property
    def gates(self) -> tuple[Limit, Limit]:
        """What the vendor said: to go slower, and that the day's quota is spent."""
        return (
            Limit(f"{self.meter}:gate", Gate(), "the vendor's own back-off"),
            Limit(
                f"{self.meter}:spent",
                Gate(daily=True, hard=self.vendor.hard_quota),
                "the day's quota, which the vendor says is spent",
            ),
        )

    @property
    def one_at_a_time(self) -> bool:
        """Whether calls must not go side by side: a hard quota whose size nobody has said."""
        return self.vendor.hard_quota and not self.holds_turn and not self.settings.get("daily_quota")

    @property
    def flight_seconds(self) -> float:
        """How long an answer may take: the read time-out counts twice, to its first part and to its end."""
        return float(self.settings["connect_timeout"]) + 2 * float(self.settings["read_timeout"])

    @property
    def turn_seconds(self) -> float:
        """How long a turn is good for, from one request to the next: a wait for a slot, a login, an answer."""
        return self.flight_seconds + self.retry.patience + 30.0

    def limits(self, prepared: Prepared) -> tuple[Limit, ...]:
        """All limits of one call: what the vendor said, its own rules, and the connection's calls per UTC day."""
        own = (x for x in self.vendor.limits(self, prepared) if not (x.paced and self.holds_turn))
        return (*self.gates, *own, *self.day_quota)

    @property
    def day_quota(self) -> tuple[Limit, ...]:
        """The connection's calls per UTC day, if it says how many there are."""
        calls = self.settings.get("daily_quota")
        if not calls:
            return ()
        percent = 0.0 if self.caller.important else float(self.settings.get("reserved_percent") or 0)
        kept = math.ceil(calls * percent / 100)
        reserve = f", the last {percent:g} % kept for important tasks" if kept else ""
        return (Limit(f"{self.meter}:day", DayQuota(calls, kept), f"{calls} calls per UTC day{reserve}"),)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret of this connection, for masking."""
        extras = [value.reveal() for value in self.settings.values() if isinstance(value, Secret)]
        return tuple(text for text in (self.secret.reveal(), *extras) if text)

    def header(self, name: str) -> str:
        """The header's name on the wire: the documented one, or the connection's override."""
        return str((self.settings.get("headers") or {}).get(name, name))

    def url(self, path: str) -> str:
        return self.base_url + self.vendor.base_path(self) + path

    @classmethod
    def of(
        cls,
        vendor: Vendor,
        conn_id: str,
        *,
        host: str,
        port: int | None,
        login: str,
        password: str,
        extras: Mapping[str, Any],
    ) -> Account:
        """Read a connection; :class:`ConfigurationError` names it and what is wrong, never a value."""
        try:
            _check_required(vendor, {"host": host, "login": login, "password": password})
            for name in ("paths", "methods", "headers", "parameters"):
                _check_overrides(name, extras.get(name))
            settings, base_url = vendor.form.read(extras), _base_url(host, port)
        except ConfigurationError as error:
            what = f"connection {conn_id!r}: {error.what}"
            raise error.as_(ConfigurationError, what=what, vendor=vendor.name) from None
        secret_names = {extra.name for extra in vendor.form.extras if extra.secret}
        hidden = {n: Secret(v) if n in secret_names else v for n, v in settings.items()}
        retry = Retry(stop_after_attempt(vendor.attempts), patience=float(settings["patience_seconds"]))
        return cls(vendor, conn_id, base_url, login, Secret(password.rstrip("\r\n")), hidden, retry)


def _plain(value: Any) -> str:
    return value.reveal() if isinstance(value, Secret) else repr(value)


def _check_required(vendor: Vendor, given: Mapping[str, str]) -> None:
    for name in vendor.form.required:
        if not given.get(name):
            raise ConfigurationError(f"{vendor.form.relabeling.get(name, name)} ({name}) is required")


def _check_overrides(name: str, value: Any) -> None:
    if value in (None, ""):
        return
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"extra {name!r} must be of type object, not {type(value).__name__}")
    for key, text in value.items():
        plain = isinstance(text, str) and text and text.isprintable() and " " not in text
        if not plain or (name == "paths" and not text.startswith("/")):
            rule = "a path that starts with /" if name == "paths" else "a non-empty text without blanks"
            raise ConfigurationError(f"extra {name!r}: the value of {str(key)[:60]!r} must be {rule}")


def _base_url(host: str, port: int | None) -> str:
    """``https://host[:port]/prefix``, in one spelling: it names accounts and operations.

    Plain http is for loopback (the sandbox) alone.
    """
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        chosen = parts.port or port
    except ValueError:
        raise ConfigurationError("the base URL must be a valid URL, its port a number from 1 to 65535") from None
    if chosen is not None and not 0 < chosen < 65_536:
        raise ConfigurationError("the port must be a number from 1 to 65535")
    name = (parts.hostname or "").removesuffix(".")
    if parts.scheme not in _PORTS or not name or parts.query or parts.fragment:
        raise ConfigurationError("the base URL must be https://host[:port][/prefix] without query")
    if parts.username is not None or not host.isprintable() or " " in host:
        raise ConfigurationError("the base URL must not carry credentials, blanks or control characters")
    if ":" not in name and not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ConfigurationError("the base URL's host must be a host name (labels of 1 to 63 of a-z, 0-9, -, _)")
    if parts.scheme == "http" and name not in LOOPBACK:
        raise ConfigurationError("plain http would send the credentials in clear: use https (http is for loopback)")
    shown = f"[{name}]" if ":" in name else name
    port_shown = "" if chosen in (None, _PORTS[parts.scheme]) else f":{chosen}"
    return f"{parts.scheme}://{shown}{port_shown}{parts.path.rstrip('/')}"

"""What the bulk operators share: a manifest in, an operation for each row, a results file and a rejects file out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import FleetOpsOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_fleetops.protocol.bulk import Line, RowKind, Run
    from airflow_provider_fleetops.protocol.manifest import Manifest

MOST_IN_FLIGHT = 64
MOST_TOLD = 20
PATHS = ("manifest_path", "results_path", "rejects_path")


class FleetOpsBulkOperator(FleetOpsOperator):
    """Base of operators that do one thing for each row of a manifest, exactly once for each row's own key.

    The manifest is CSV with a header (``.csv``), JSON Lines (``.jsonl``) or Parquet (``.parquet``, needs the extra
    ``parquet``). A column whose name has dots is a field of an object (``receiver.phone``); in JSON Lines and Parquet
    the object may stand there itself. An empty cell is no value.

    All rows are checked before anything is sent. Then rows go at the vendor's allowed rate, several in flight. The
    ledger of operations knows each row by its key, so a killed and retried task, or the same manifest fed again, sends
    what is not done, and nothing else. A refused row does not stop the others; an error that holds for all rows does.

    Nothing of a row goes to the log, to XCom or to the task's state. Returns the counts ``rows``, ``before`` (done
    before this try), ``done`` (those included), ``rejected``, ``unknown`` and ``open``, and the paths ``results`` and
    ``rejects`` (None without any). Rows whose outcome nobody knows fail the task; the log and the results file name
    their operations, and ``airflow fleetops operations resolve`` settles them.

    :param manifest_path: the rows, an ``ObjectStoragePath``. (templated)
    :param results_path: where it is written what came of each row, as CSV, JSON Lines or Parquet by its suffix.
        (templated)
    :param rejects_path: where the rejected rows are written, in the manifest's format, with the columns ``error_row``,
        ``error_field`` and ``error_rule``. Correct it and feed it as a manifest; the three columns may stay. Without
        rejects there is no such file. (templated)
    :param common: values for columns that a row leaves empty, as objects (``{"shipper": {"name": ...}}``). Templated
        when the task runs, never shown among the rendered fields; may be a callable that takes the context.
    :param skip_invalid: send the valid rows although others are invalid; by default nothing is sent then.
    :param fail_on_rejects: fail the task at the end where rows were rejected, so that nobody overlooks them.
    :param in_flight: how many rows are under way at a time; the vendor's limits hold whatever it is.
    :param max_failures: stop where so many rows fail one after the other: then it is not the rows' fault.
    """

    row_kind: ClassVar[str]
    personal_fields: ClassVar[Sequence[str]] = ("common",)

    def __init__(
        self,
        *,
        manifest_path: str,
        results_path: str,
        rejects_path: str,
        common: Any = None,
        skip_invalid: bool = False,
        fail_on_rejects: bool = True,
        in_flight: int = 16,
        max_failures: int = 20,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not 1 <= in_flight <= MOST_IN_FLIGHT or max_failures < 1:
            raise ValueError(f"in_flight must be 1 to {MOST_IN_FLIGHT}, max_failures at least 1")
        self.manifest_path = manifest_path
        self.results_path = results_path
        self.rejects_path = rejects_path
        self.common = common
        self.skip_invalid = skip_invalid
        self.fail_on_rejects = fail_on_rejects
        self.in_flight = in_flight
        self.max_failures = max_failures

    def options(self) -> Mapping[str, Any]:
        """What holds for every row and is no column."""
        return {}

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.hooks.rows import carry_out
        from airflow_provider_fleetops.protocol.bulk import Run

        module, _, name = self.row_kind.partition(":")
        kind: RowKind = getattr(import_module(module), name)
        manifest = self._read(kind)
        run = Run(kind, self._survey(kind, manifest), self.max_failures)
        self._tell(run, context)
        try:
            with self.hook.lanes(1 if self.hook.account.one_at_a_time else self.in_flight) as lanes:
                carry_out(run, lanes, lambda run: self._tell(run, context))
        finally:
            self._write_results(run, manifest)
            self._write_rejects(run.lines, manifest)
            self._tell(run, context)
        self._list_unknown(run)
        error = run.verdict(fail_on_rejects=self.fail_on_rejects)
        if error:
            raise error
        return self._summary(run)

    def _read(self, kind: RowKind) -> Manifest:
        from airflow.sdk import ObjectStoragePath

        from airflow_provider_fleetops.protocol.errors import InvalidInput
        from airflow_provider_fleetops.protocol.manifest import format_of, read, suffix

        if len({getattr(self, name) for name in PATHS}) < len(PATHS):
            raise InvalidInput(f"{', '.join(PATHS)} must be three files")
        if format_of(self.manifest_path) != format_of(self.rejects_path):
            raise InvalidInput(f"rejects_path must end with {suffix(self.manifest_path)}, as the manifest does")
        format_of(self.results_path)
        return read(self.manifest_path, ObjectStoragePath(self.manifest_path).read_bytes(), kind.columns)

    def _survey(self, kind: RowKind, manifest: Manifest) -> list[Line]:
        """All rows checked; with invalid ones nothing is sent, unless the user wants the others."""
        from airflow_provider_fleetops.protocol.bulk import survey
        from airflow_provider_fleetops.protocol.errors import InvalidInput

        common, options = self.personal("common") or {}, self.options()
        if not isinstance(common, Mapping):
            raise InvalidInput("parameter 'common' must be an object")
        lines: list[Line] = self.hook.run(lambda account: survey(account, kind, manifest.rows, common, options))
        invalid = [line for line in lines if line.reject]
        for line in invalid[:MOST_TOLD]:
            self.log.warning("%s", _told(line))
        if invalid and not self.skip_invalid:
            self._write_rejects(lines, manifest)
            what = f"{len(invalid)} of {len(lines)} rows are invalid: {'; '.join(map(_told, invalid[:MOST_TOLD]))}"
            raise InvalidInput(what, advice="Nothing was sent. Correct the manifest: the rejects file has all of them")
        return lines

    def _tell(self, run: Run, context: Context) -> None:
        """Progress, in the log and in the task's state, which Airflow has since 3.3: counts alone."""
        counts = run.tally()
        self.log.info("%s", ", ".join(f"{name} {count}" for name, count in counts.items()))
        state: Any = context.get("task_state_store")
        if state is not None:
            state.set("bulk", counts)

    def _write_results(self, run: Run, manifest: Manifest) -> None:
        from airflow_provider_fleetops.operators.output import writable
        from airflow_provider_fleetops.protocol.manifest import format_of

        rows = [_result(run.kind, line, manifest) for line in run.lines]
        columns = ("row", run.kind.key, "outcome", *run.kind.tells, "operation", "reason")
        writable(self.results_path).write_bytes(format_of(self.results_path).write(rows, None, columns))

    def _write_rejects(self, lines: Sequence[Line], manifest: Manifest) -> None:
        from airflow_provider_fleetops.operators.output import writable
        from airflow_provider_fleetops.protocol.bulk import Outcome
        from airflow_provider_fleetops.protocol.manifest import format_of

        rows = [_rejected(line, manifest) for line in lines if line.outcome is Outcome.REJECTED]
        target = writable(self.rejects_path)
        if rows:
            target.write_bytes(format_of(self.rejects_path).write(rows, manifest.schema))
        else:
            target.unlink(missing_ok=True)

    def _list_unknown(self, run: Run) -> None:
        """What a person has to settle, by the ledger's ids, which say nothing of a row."""
        from airflow_provider_fleetops.protocol.bulk import Outcome

        unknown = [line for line in run.lines if line.outcome is Outcome.UNKNOWN and line.plan]
        for line in unknown[:MOST_TOLD]:
            assert line.plan is not None
            self.log.warning("row %d: nobody knows the outcome of operation %s", line.number, line.plan.meant.id)

    def _summary(self, run: Run) -> dict[str, Any]:
        counts = run.tally()
        return counts | {"results": self.results_path, "rejects": self.rejects_path if counts["rejected"] else None}


def _told(line: Line) -> str:
    """Row, field and rule; what blames no field may quote names out of the row, and stays in the rejects file."""
    if line.reject and line.reject.field:
        return f"row {line.number}: {line.reject.field} {line.reject.rule}"
    return f"row {line.number}: see the rejects file"


def _result(kind: RowKind, line: Line, manifest: Manifest) -> dict[str, Any]:
    from airflow_provider_fleetops.protocol.manifest import plain

    told = {name: line.told.get(name) for name in kind.tells}
    key = plain(manifest.rows[line.number - 1].get(kind.key))
    operation = line.plan.meant.id if line.plan else None
    reason = f"{line.reject.field} {line.reject.rule}".strip() if line.reject else None
    return {
        "row": line.number,
        kind.key: key,
        "outcome": str(line.outcome),
        **told,
        "operation": operation,
        "reason": reason,
    }


def _rejected(line: Line, manifest: Manifest) -> dict[str, Any]:
    reason = {"error_field": line.reject.field, "error_rule": line.reject.rule} if line.reject else {}
    return {**manifest.rows[line.number - 1], "error_row": str(line.number), **reason}

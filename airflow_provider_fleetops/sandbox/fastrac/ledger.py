"""The prepaid balance: every booking debits it, and nothing asks whether the booking was meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
"""Naive vendor times are taken as western Indonesian time, which has no summer time."""

KINDS = ("order", "tarik_tunai", "dana_cod", "bonus_referal", "topup")


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger, in whole rupiah."""

    code: str
    at: datetime
    kind: str
    credit: int
    debit: int
    note: str

    def row(self) -> dict[str, object]:
        """The four documented keys and an invented date.

        https://fastrac-b2b-stg-v2.apidog.io/balance-history-20309002e0
        """
        return {
            "kd_pesanan": self.code,
            "saldo_masuk": self.credit,
            "saldo_keluar": self.debit,
            "keterangan": self.note,
            "tanggal": wib(self.at),
        }

    def holds(self, text: str) -> bool:
        """Whether one of the four documented columns contains ``text``."""
        columns = (self.code, str(self.credit), str(self.debit), self.note)
        return any(text.casefold() in column.casefold() for column in columns)


def total(movements: Iterable[Movement]) -> int:
    """Credits less debits, in rupiah."""
    return sum(movement.credit - movement.debit for movement in movements)


def between(movements: Iterable[Movement], first: date, last: date) -> list[Movement]:
    """Movements of the days ``first`` .. ``last`` (both included, western Indonesian days), newest first."""
    chosen = [movement for movement in movements if first <= movement.at.astimezone(WIB).date() <= last]
    return sorted(chosen, key=lambda movement: movement.at, reverse=True)


def wib(at: datetime) -> str:
    """A time as the vendor writes it: naive, western Indonesian."""
    return at.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")

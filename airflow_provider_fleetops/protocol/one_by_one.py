"""Seeing subjects one call each, for many who wait: what is wrong with one of them is nobody else's trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    FleetOpsError,
    InvalidInput,
    NotFound,
    PermissionDenied,
    ProtocolError,
    Refused,
    StoreUnavailable,
    Throttled,
)
from airflow_provider_fleetops.protocol.steps import Flow, Note, Sleep
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, UNSEEN, Sighting

# These hold for everybody: no other subject and no other window would fare better.
COMMON = (Throttled, StoreUnavailable, AuthenticationError, PermissionDenied, ConfigurationError)
# So many faults in a row are the vendor's, not the subjects'.
MOST_FAULTS = 3
# Where one list has shown them all, no request lets the triggerer's other tasks have their turns.
AT_ONCE = 200


class Round(dict[str, Sighting]):
    """What was seen; ``ended`` is the error for which the others were not."""

    ended: FleetOpsError | None = None


def one_by_one(
    ids: Iterable[str], see: Callable[[str], Flow[Sighting]], listed: Mapping[str, Sighting] | None = None
) -> Flow[Round]:
    """The subjects as ``see`` sees them; one that the vendor does not know, or no request can carry, is NOT_FOUND.

    A refusal, an answer that does not fit or a fault with one leaves it :data:`UNSEEN`, a limit leaves it as it was
    known, and the walk goes on. Several of these in a row, or what holds for everybody, end the round. What was seen
    until then counts, and what a list has shown before (``listed``): the error is raised where that is nothing.
    """
    seen, faults, worked = Round(listed or {}), 0, listed is not None
    for number, subject in enumerate(dict.fromkeys(ids), 1):
        if number % AT_ONCE == 0:
            yield Sleep(0)
        try:
            seen[subject] = yield from see(subject)
            faults, worked = 0, True
        except (NotFound, InvalidInput) as error:
            yield Note(f"{subject[:60]}: {error.what}")
            seen[subject], worked = Sighting(NOT_FOUND), True
        except (Refused, ProtocolError) as error:
            yield Note(f"{subject[:60]} was not seen: {error}")
            seen[subject], worked = Sighting(UNSEEN), True
        except FleetOpsError as error:
            yield Note(f"{subject[:60]} was not seen: {error}")
            faults += 1
            throttled = isinstance(error, Throttled)  # perhaps this call alone: where it is all, no other leaves either
            if throttled or isinstance(error, COMMON) or faults == MOST_FAULTS:
                seen.ended = error
            if faults == MOST_FAULTS or (seen.ended is error and not throttled):
                break
            if not throttled:
                seen[subject] = Sighting(UNSEEN)
    if seen.ended is not None and not worked:
        raise seen.ended
    return seen

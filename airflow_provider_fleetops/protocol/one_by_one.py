"""Seeing subjects one call each, for many who wait: what is wrong with one of them is nobody else's trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, UNSEEN, Sighting

# These hold for everybody: no other subject and no other window would fare better.
COMMON = (Throttled, StoreUnavailable, AuthenticationError, PermissionDenied, ConfigurationError)
# So many faults in a row are the vendor's, not the subjects'.
MOST_FAULTS = 3


class Round(dict[str, Sighting]):
    """What was seen; ``ended`` is the error that ended the round before its time."""

    ended: FleetOpsError | None = None


def one_by_one(ids: Iterable[str], see: Callable[[str], Flow[Sighting]]) -> Flow[Round]:
    """The subjects as ``see`` sees them; one that the vendor does not know, or no request can carry, is NOT_FOUND.

    A refusal, an answer that does not fit or a fault with one leaves it :data:`UNSEEN` and the walk goes on. A limit,
    or several faults in a row, end the round; what was seen until then counts.
    """
    seen = Round()
    faults = 0
    for subject in dict.fromkeys(ids):
        try:
            seen[subject] = yield from see(subject)
            faults = 0
        except (NotFound, InvalidInput) as error:
            yield Note(f"{subject[:60]}: {error.what}")
            seen[subject] = Sighting(NOT_FOUND)
        except (Refused, ProtocolError) as error:
            yield Note(f"{subject[:60]} was not seen: {error}")
            seen[subject] = Sighting(UNSEEN)
        except FleetOpsError as error:
            faults += 1
            ends = isinstance(error, COMMON) or faults == MOST_FAULTS
            if ends and (not error.retryable or len(seen) < faults):
                raise
            yield Note(f"{subject[:60]} was not seen: {error}")
            if ends:
                seen.ended = error
                break
            seen[subject] = Sighting(UNSEEN)
    return seen

"""Reading a body under a ceiling: bombs, cuts, damage."""

from __future__ import annotations

import gzip
import zlib

import pytest

from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.messages import Request
from airflow_provider_fleetops.transports.body import BodyReader


def _reader(encoding: str, max_bytes: int) -> BodyReader:
    return BodyReader(encoding, Request("GET", "https://x.example", max_bytes=max_bytes))


TEXT = b'{"rows": [' + b"1," * 500 + b"1]}"


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [("", TEXT), ("identity", TEXT), ("gzip", gzip.compress(TEXT, mtime=0)), ("deflate", zlib.compress(TEXT))],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_body_in_any_parts(encoding, raw, step):
    reader = _reader(encoding, len(TEXT))
    for start in range(0, len(raw), step):
        reader.feed(raw[start : start + step])
    assert reader.finish() == TEXT


def test_an_empty_body_needs_no_compression():
    assert _reader("gzip", 10).finish() == b""


@pytest.mark.parametrize(("encoding", "raw"), [("", TEXT), ("gzip", gzip.compress(b"x" * 50_000_000, mtime=0))])
def test_what_is_too_large_stops_at_the_ceiling_and_is_not_tried_again(encoding, raw):
    reader = _reader(encoding, len(TEXT) - 1)
    with pytest.raises(TransportError, match="larger than 1012 bytes") as caught:
        reader.feed(raw)
    assert not caught.value.passing
    assert caught.value.sent


@pytest.mark.parametrize("cut", [1, 12, 30])
def test_compressed_data_that_end_early_are_no_answer(cut):
    reader = _reader("gzip", 10_000)
    reader.feed(gzip.compress(TEXT, mtime=0)[:-cut])
    with pytest.raises(TransportError, match="cut off"):
        reader.finish()


def test_damage_and_unknown_encodings_are_told():
    with pytest.raises(TransportError, match="damaged"):
        _reader("gzip", 100).feed(b"this is not gzip")
    with pytest.raises(TransportError, match="unknown content encoding"):
        _reader("br", 100)


def test_a_body_that_drips_ends_in_time():
    now = 0.0
    reader = BodyReader("", Request("GET", "https://x.example", read_timeout=2), clock=lambda: now)
    for now in (1.0, 2.0, 3.9):  # noqa: B007 - the reader's clock
        reader.feed(b"x")
    now = 4.1
    with pytest.raises(TransportError, match="not complete in time"):
        reader.feed(b"x")

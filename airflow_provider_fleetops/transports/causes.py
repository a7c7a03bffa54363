"""What lies behind a transport's error."""

from __future__ import annotations

import ssl
from collections.abc import Iterator


def is_untrusted(error: BaseException) -> bool:
    """Whether the host's certificate was refused: then nothing was sent, and another try cannot fare better."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps: requests wraps urllib3's, which wraps ssl's, as arguments and reasons."""
    seen: list[BaseException] = [error]
    for cause in seen:
        yield cause
        behind = (*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__)
        seen += [x for x in behind if isinstance(x, BaseException) and x not in seen]

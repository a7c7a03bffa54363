"""Operators for Fastrac, a module for each area; import them from here; what there is stands in ``__init__.pyi``.

A DAG file that names one class loads its module alone, and a sensor none of them.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

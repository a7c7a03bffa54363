"""How the documentation is built: Sphinx with MyST; the reference pages are generated from the code at each build."""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Importing Airflow writes a configuration file: not into the reader's home.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="fleetops-docs-")
sys.path.insert(0, str(HERE))

import generate  # noqa: E402 - found through the path above
from airflow_provider_fleetops import __version__  # noqa: E402 - after AIRFLOW_HOME is set

project = "airflow-provider-fleetops"
author = "The airflow-provider-fleetops authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "generated"]  # tables that other pages include
autodoc_typehints = "none"
autodoc_class_signature = "mixed"
add_module_names = False
python_maximum_signature_line_length = 100
html_theme = "furo"
html_title = "airflow-provider-fleetops"
html_show_sourcelink = False
html_show_copyright = False


def setup(app: Any) -> None:
    """Write the generated pages before Sphinx looks for pages."""
    app.connect("builder-inited", lambda _app: generate.write(HERE))
    app.connect("missing-reference", _where_it_is_defined)


def _where_it_is_defined(app: Any, env: Any, node: Any, text: Any) -> Any:
    """A class named by the package that offers it is documented under the module that defines it."""
    module, _, name = str(node.get("reftarget", "")).rpartition(".")
    if not module.startswith("airflow_provider_fleetops.operators.") or node["reftype"] != "class":
        return None
    path = f"{getattr(import_module(module), name).__module__}.{name}"
    return env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, "class", path, node, text)

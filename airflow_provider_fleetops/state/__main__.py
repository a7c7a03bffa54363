"""``python -m airflow_provider_fleetops.state migrate``: create or upgrade the schema of the configured database."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import make_url

from airflow_provider_fleetops.protocol.errors import FleetOpsError
from airflow_provider_fleetops.state.open import configured_url
from airflow_provider_fleetops.state.upgrade import migrate


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 and a line on stderr when it fails."""
    parser = argparse.ArgumentParser(prog="python -m airflow_provider_fleetops.state", description=__doc__)
    parser.add_argument("command", choices=["migrate"], help="create or upgrade the schema at [fleetops] state_url")
    parser.parse_args(arguments)
    url = configured_url()
    try:
        migrate(url)
    except FleetOpsError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The schema of {make_url(url).render_as_string(hide_password=True)} is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Keep candidates in step: what changed at the agency since yesterday to a file, and your own people to the agency.

Whole records stay in files; between the tasks go ids, states and counts alone. Unchanged people cost one call each and
no write; the changed ones of the agency cost one call for each hundred.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360ListCandidatesOperator,
    FastTrack360ListSkillGroupsOperator,
    FastTrack360UpsertCandidateOperator,
)
from airflow_provider_fleetops.pools import pool

with DAG(
    dag_id="example_fasttrack360_candidates",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops", "example"],
    default_args={"pool": pool("fasttrack360"), "retries": 2, "retry_delay": timedelta(minutes=1)},
    params={
        "folder": Param("file:///tmp/fleetops", type="string", description="Where whole records go: a path of yours."),
        "people": Param("", type="string", description="JSON Lines of your own people in the vendor's names, if any."),
    },
    doc_md=__doc__,
):
    # [START howto_fasttrack360_changed_candidates]
    changed = FastTrack360ListCandidatesOperator(
        task_id="changed",
        modified_since="{{ dag_run.run_after - macros.timedelta(days=1) }}",
        output_path="{{ params.folder }}/candidates-{{ dag_run.run_after | ds_nodash }}.jsonl",
    )
    # [END howto_fasttrack360_changed_candidates]

    # [START howto_fasttrack360_look_ups]
    skills = FastTrack360ListSkillGroupsOperator(task_id="skills")
    # [END howto_fasttrack360_look_ups]

    # [START howto_fasttrack360_upsert_candidate]
    def first_name(context: Any) -> str:
        """Read when the task runs, for example from your HR system; never stored in Airflow."""
        return "Robin"

    one = FastTrack360UpsertCandidateOperator(
        task_id="one",
        external_reference="HR-4711",
        office_id=11,
        status="Active",
        skill_group_id="{{ ti.xcom_pull('skills')[0]['id'] }}",
        grade_id=11,
        first_name=first_name,
        last_name=lambda context: "Example",
        email_address=lambda context: "robin@people.example",
    )
    # [END howto_fasttrack360_upsert_candidate]

    # [START howto_fasttrack360_upsert_people]
    @task
    def people(path: str) -> dict[str, int]:
        """Many in one task: each is looked up once, and written only where something differs."""
        import json
        from collections import Counter

        from airflow.sdk import ObjectStoragePath

        from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook

        hook = FastTrack360Hook()
        lines = ObjectStoragePath(path).read_text().splitlines() if path else []
        return dict(Counter(hook.upsert_candidate(json.loads(line))["action"] for line in lines))

    # [END howto_fasttrack360_upsert_people]

    skills >> one
    [changed, one] >> people("{{ params.people }}")

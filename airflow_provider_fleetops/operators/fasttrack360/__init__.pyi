from .candidates import (
    FastTrack360GetCandidateOperator as FastTrack360GetCandidateOperator,
)
from .candidates import (
    FastTrack360ListCandidatesOperator as FastTrack360ListCandidatesOperator,
)
from .candidates import (
    FastTrack360UpsertCandidateOperator as FastTrack360UpsertCandidateOperator,
)
from .clients import (
    FastTrack360GetClientOperator as FastTrack360GetClientOperator,
)
from .clients import (
    FastTrack360ListClientsOperator as FastTrack360ListClientsOperator,
)
from .clients import (
    FastTrack360UpsertClientOperator as FastTrack360UpsertClientOperator,
)
from .comments import (
    FastTrack360AddCommentOperator as FastTrack360AddCommentOperator,
)
from .comments import (
    FastTrack360ChangeCommentOperator as FastTrack360ChangeCommentOperator,
)
from .comments import (
    FastTrack360ListCommentsOperator as FastTrack360ListCommentsOperator,
)
from .comments import (
    FastTrack360RemoveCommentOperator as FastTrack360RemoveCommentOperator,
)
from .contacts import (
    FastTrack360GetContactOperator as FastTrack360GetContactOperator,
)
from .contacts import (
    FastTrack360ListContactsOperator as FastTrack360ListContactsOperator,
)
from .contacts import (
    FastTrack360ListCostCentresOperator as FastTrack360ListCostCentresOperator,
)
from .contacts import (
    FastTrack360UpsertContactOperator as FastTrack360UpsertContactOperator,
)
from .contacts import (
    FastTrack360UpsertCostCentreOperator as FastTrack360UpsertCostCentreOperator,
)
from .job_actions import (
    FastTrack360FillJobOrderOperator as FastTrack360FillJobOrderOperator,
)
from .job_actions import (
    FastTrack360SubmitToTimesheetOperator as FastTrack360SubmitToTimesheetOperator,
)
from .job_actions import (
    FastTrack360UndoSubmitToTimesheetOperator as FastTrack360UndoSubmitToTimesheetOperator,
)
from .job_orders import (
    FastTrack360CancelJobOrderOperator as FastTrack360CancelJobOrderOperator,
)
from .job_orders import (
    FastTrack360CreateJobOrderOperator as FastTrack360CreateJobOrderOperator,
)
from .job_orders import (
    FastTrack360GetJobOrderOperator as FastTrack360GetJobOrderOperator,
)
from .job_orders import (
    FastTrack360ListJobOrdersOperator as FastTrack360ListJobOrdersOperator,
)
from .job_orders import (
    FastTrack360UpdateJobOrderOperator as FastTrack360UpdateJobOrderOperator,
)
from .lookups import (
    FastTrack360ListGradesOperator as FastTrack360ListGradesOperator,
)
from .lookups import (
    FastTrack360ListOfficesOperator as FastTrack360ListOfficesOperator,
)
from .lookups import (
    FastTrack360ListSkillGroupsOperator as FastTrack360ListSkillGroupsOperator,
)
from .lookups import (
    FastTrack360ListStatusesOperator as FastTrack360ListStatusesOperator,
)
from .timesheets import (
    FastTrack360GetTimesheetOperator as FastTrack360GetTimesheetOperator,
)
from .timesheets import (
    FastTrack360ListTimesheetsOperator as FastTrack360ListTimesheetsOperator,
)
from .timesheets import (
    FastTrack360UpdateTimesheetOperator as FastTrack360UpdateTimesheetOperator,
)
from .timesheets import (
    FastTrack360UpsertTimesheetOperator as FastTrack360UpsertTimesheetOperator,
)

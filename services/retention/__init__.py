"""How long things are kept: policies, sessions that were deleted and can come back, and the purge with its proof."""

from services.retention.deleting import Reason as Reason
from services.retention.deleting import bears_signature as bears_signature
from services.retention.deleting import delete_session as delete_session
from services.retention.deleting import deleted_sessions as deleted_sessions
from services.retention.deleting import restore_session as restore_session
from services.retention.policies import Policy as Policy
from services.retention.policies import change as change
from services.retention.policies import follow_the_clinic as follow_the_clinic
from services.retention.policies import of_client as of_client
from services.retention.policies import of_clinic as of_clinic

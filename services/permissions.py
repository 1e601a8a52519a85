"""Which role may do what: the one table. `services.access`, the one door, asks it."""

from enum import StrEnum

from models.user import Role


class Action(StrEnum):
    """subject:verb. Every one appears in PERMISSIONS."""

    RECORDING_LIST = "recording:list"
    RECORDING_READ = "recording:read"
    RECORDING_CHANGE = "recording:change"
    RECORDING_BEGIN = "recording:begin"
    RECORDING_ADD_CHUNK = "recording:add_chunk"
    RECORDING_RECOVER = "recording:recover"
    RECORDING_MARK = "recording:mark"
    RECORDING_WAIT = "recording:wait"
    RECORDING_FINISH = "recording:finish"
    RECORDING_RETRY = "recording:retry"
    RECORDING_PLAY = "recording:play"
    RECORDING_WATCH = "recording:watch"
    RECORDING_PROCESS = "recording:process"
    RECORDING_ADVANCE = "recording:advance"
    CAPTIONS_OPEN = "captions:open"
    CAPTIONS_WATCH = "captions:watch"
    SESSION_LIST = "session:list"
    SESSION_READ = "session:read"
    TRANSCRIPT_READ = "transcript:read"
    TRANSCRIPT_CORRECT = "transcript:correct"
    CLIENT_LIST = "client:list"
    CLIENT_CREATE = "client:create"
    CLIENT_CHANGE = "client:change"
    CLIENT_LINK = "client:link"  # which account is the client's own
    USER_LIST = "user:list"
    USER_CREATE = "user:create"
    USER_CHANGE = "user:change"
    ACCOUNT_CHANGE = "account:change"
    SECOND_FACTOR_CHANGE = "second_factor:change"  # one's own
    SECOND_FACTOR_RESET = "second_factor:reset"  # somebody else's
    CLINIC_READ = "clinic:read"
    CLINIC_CHANGE = "clinic:change"
    HEALTH_READ = "health:read"
    INSTRUCTION_READ = "instruction:read"
    INSTRUCTION_WRITE = "instruction:write"
    INSTRUCTION_PUBLISH = "instruction:publish"
    NOTE_DRAFT = "note:draft"
    NOTE_LIST = "note:list"
    NOTE_READ = "note:read"
    NOTE_WATCH = "note:watch"
    NOTE_EDIT = "note:edit"
    NOTE_SIGN = "note:sign"
    NOTE_ADD = "note:add"  # an addendum
    NOTE_REOPEN = "note:reopen"
    NOTE_RETURN = "note:return"
    NOTE_COUNTERSIGN = "note:countersign"
    NOTE_EXPORT = "note:export"
    TRANSCRIPT_EXPORT = "transcript:export"
    HISTORY_READ = "history:read"
    HISTORY_CORRECT = "history:correct"
    PROCESS_NOTE_READ = "process_note:read"
    PROCESS_NOTE_WRITE = "process_note:write"
    TREATMENT_READ = "treatment:read"
    TREATMENT_CHANGE = "treatment:change"
    GRANT_READ = "grant:read"
    GRANT_CHANGE = "grant:change"
    DOCUMENT_LIST = "document:list"
    DOCUMENT_UPLOAD = "document:upload"
    DOCUMENT_READ = "document:read"
    DOCUMENT_VIEW = "document:view"
    DOCUMENT_CORRECT = "document:correct"
    DOCUMENT_SEARCH = "document:search"
    DOCUMENT_DELETE = "document:delete"
    DOCUMENT_WATCH = "document:watch"
    DOCUMENT_PROCESS = "document:process"
    DOCUMENT_ADVANCE = "document:advance"
    SESSION_DELETE = "session:delete"
    RETENTION_READ = "retention:read"
    RETENTION_CHANGE = "retention:change"
    RETENTION_PURGE = "retention:purge"
    TOKEN_READ = "token:read"
    TOKEN_CHANGE = "token:change"
    WEBHOOK_CHANGE = "webhook:change"
    ANSWER_KEEP = "answer:keep"  # to a request that may be sent again
    ACCESS_LOG_READ = "access_log:read"
    ACCESS_LOG_VERIFY = "access_log:verify"
    ACCESS_LOG_EXPORT = "access_log:export"


A = Action
EVERYONE = {
    A.ACCOUNT_CHANGE, A.SECOND_FACTOR_CHANGE, A.CLINIC_READ, A.TOKEN_READ, A.TOKEN_CHANGE, A.RETENTION_READ,
}  # fmt: skip
PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.THERAPIST: frozenset(
        EVERYONE
        | {A.RECORDING_ADD_CHUNK, A.RECORDING_FINISH, A.RECORDING_RETRY, A.RECORDING_PLAY}
        | {A.RECORDING_BEGIN, A.RECORDING_RECOVER, A.RECORDING_MARK, A.RECORDING_WAIT}
        | {A.RECORDING_WATCH, A.RECORDING_PROCESS, A.RECORDING_ADVANCE}
        | {A.RECORDING_LIST, A.RECORDING_READ, A.RECORDING_CHANGE, A.ANSWER_KEEP}
        | {A.CAPTIONS_OPEN, A.CAPTIONS_WATCH}
        | {A.SESSION_LIST, A.SESSION_READ}
        | {A.TRANSCRIPT_READ, A.TRANSCRIPT_CORRECT}
        | {A.CLIENT_LIST, A.CLIENT_CREATE, A.CLIENT_CHANGE}
        | {A.INSTRUCTION_READ, A.INSTRUCTION_WRITE}
        | {A.NOTE_DRAFT, A.NOTE_LIST, A.NOTE_READ, A.NOTE_EDIT, A.NOTE_SIGN, A.NOTE_ADD}
        | {A.NOTE_WATCH, A.GRANT_READ}
        | {A.NOTE_REOPEN, A.NOTE_EXPORT, A.TRANSCRIPT_EXPORT, A.HISTORY_READ, A.HISTORY_CORRECT}
        | {A.PROCESS_NOTE_READ, A.PROCESS_NOTE_WRITE, A.TREATMENT_READ, A.TREATMENT_CHANGE}
        | {A.DOCUMENT_LIST, A.DOCUMENT_UPLOAD, A.DOCUMENT_READ, A.DOCUMENT_VIEW}
        | {A.DOCUMENT_CORRECT, A.DOCUMENT_SEARCH, A.DOCUMENT_DELETE, A.DOCUMENT_WATCH}
        | {A.DOCUMENT_PROCESS, A.DOCUMENT_ADVANCE, A.SESSION_DELETE, A.WEBHOOK_CHANGE}
        | {A.RETENTION_CHANGE, A.RETENTION_PURGE}
    ),
    Role.SUPERVISOR: frozenset(
        EVERYONE
        | {A.RECORDING_PLAY, A.RECORDING_WATCH, A.SESSION_LIST, A.SESSION_READ}
        | {A.RECORDING_LIST, A.RECORDING_READ}
        | {A.TRANSCRIPT_READ, A.CLIENT_LIST, A.INSTRUCTION_READ, A.INSTRUCTION_WRITE}
        | {A.NOTE_LIST, A.NOTE_READ, A.NOTE_RETURN, A.NOTE_COUNTERSIGN, A.NOTE_EXPORT, A.NOTE_WATCH}
        | {A.TRANSCRIPT_EXPORT, A.HISTORY_READ, A.TREATMENT_READ}
        | {A.DOCUMENT_LIST, A.DOCUMENT_READ, A.DOCUMENT_VIEW, A.DOCUMENT_SEARCH, A.DOCUMENT_WATCH}
    ),
    Role.CLIENT: frozenset(
        {A.ACCOUNT_CHANGE, A.SECOND_FACTOR_CHANGE, A.TOKEN_READ, A.TOKEN_CHANGE}
        | {A.DOCUMENT_LIST, A.DOCUMENT_UPLOAD, A.DOCUMENT_READ, A.DOCUMENT_VIEW}
        | {A.DOCUMENT_WATCH, A.DOCUMENT_PROCESS, A.ANSWER_KEEP}
    ),
    Role.PRIVACY_OFFICER: frozenset(
        EVERYONE | {A.ACCESS_LOG_READ, A.ACCESS_LOG_VERIFY, A.ACCESS_LOG_EXPORT}
    ),
    Role.ADMINISTRATOR: frozenset(
        EVERYONE
        | {A.USER_LIST, A.USER_CREATE, A.USER_CHANGE, A.SECOND_FACTOR_RESET}
        | {A.CLINIC_CHANGE, A.HEALTH_READ}
        | {A.CLIENT_LIST, A.CLIENT_CREATE, A.CLIENT_CHANGE, A.CLIENT_LINK}
        | {A.INSTRUCTION_READ, A.INSTRUCTION_PUBLISH, A.GRANT_READ, A.GRANT_CHANGE}
        | {A.RETENTION_CHANGE}
    ),
}
# A stolen token must not be able to make itself permanent.
NOT_BY_TOKEN = {A.ACCOUNT_CHANGE, A.SECOND_FACTOR_CHANGE, A.TOKEN_CHANGE, A.WEBHOOK_CHANGE}
READING_VERBS = {"list", "read", "watch", "open", "play", "view", "search", "export", "verify"}
WORKER_ONLY = {
    A.RECORDING_PROCESS, A.RECORDING_ADVANCE, A.DOCUMENT_PROCESS, A.DOCUMENT_ADVANCE,
    A.RETENTION_PURGE,
}  # fmt: skip
# WATCH is polled every second or two and ADVANCE runs every few seconds of a session: they return
# states and counts and open no sealed column. The reads that a worker does are logged as PROCESS.
# CAPTIONS_WATCH does open words, every other second, and only while a logged CAPTIONS_OPEN holds.
UNLOGGED = {
    A.RECORDING_WATCH, A.RECORDING_ADVANCE, A.CAPTIONS_WATCH, A.CLINIC_READ, A.HEALTH_READ,
    A.DOCUMENT_WATCH, A.DOCUMENT_ADVANCE, A.TOKEN_READ, A.GRANT_READ, A.ANSWER_KEEP, A.NOTE_WATCH,
    A.RETENTION_READ,
}  # fmt: skip


def only_reads(action: Action) -> bool:
    """Whether a token of the scope "read" may do it."""
    return action.value.split(":")[1] in READING_VERBS

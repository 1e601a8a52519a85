"""The published contract, written down field by field: what our OpenAPI document is compared with.

A type is "int", "string", "bool", "date-time" or "file"; "?" after it means nullable, "(512)" its greatest length.
A field with "*" before its name is required.
"""

RECORDING = {
    "id": "int",
    "filename": "string?(512)",
    "userid": "int?",
    "is_processed": "bool?",
    "therapist_client_id": "int?",
    "create_timestamp": "date-time",
    "update_timestamp": "date-time?",
    "session_id": "string?(255)",
    "is_last_blob": "bool?",
    "therapist_session_id": "int?",
}
HISTORY = {
    "id": "int",
    "*transcript_summary": "string",
    "client_user_id": "int?",
    "therapist_user_id": "int?",
    "therapist_client_id": "int?",
    "*date": "date-time",
    "therapist_session_id": "int?",
}
TRANSCRIPT = {
    "id": "int",
    "*transcript": "string",
    "*transcript_summary": "string",
    "*date": "date-time",
    "update_timestamp": "date-time?",
    "therapist_session_id": "int?",
}
DOCUMENT = {"content": "string", "file_name": "string", "file_url": "string"}
SEARCH = {"*userid": "string", "*therapist_clientid": "string"}
RECORDING_CHANGE = {
    "filename": "string?(512)",
    "userid": "int?",
    "is_processed": "bool?",
    "therapist_client_id": "int?",
    "create_timestamp": "date-time?",
    "update_timestamp": "date-time?",
    "session_id": "string?(255)",
    "is_last_blob": "bool?",
    "therapist_session_id": "int?",
}


def written(shape: dict[str, str]) -> dict[str, str]:
    """The shape as a body that replaces a row: without its id."""
    return {name: kind for name, kind in shape.items() if name != "id"}


def partly(shape: dict[str, str]) -> dict[str, str]:
    """The same where every field may be left out."""
    return {name.lstrip("*"): kind for name, kind in written(shape).items()}


# method, path, body or None, statuses of success, the shape of a 200 (in a list: an array of it)
OPERATIONS = [
    ("get", "/instructions/{instruction_type}", None, {200}, None),
    (
        "post",
        "/audio",
        {
            "*therapist_userid": "string",
            "*therapist_clientid": "string",
            "client_userid": "string?",
            "*file": "file",
            "*session_id": "string(255)",
            "*is_last_blob": "string",
            "therapist_session_id": "string?",
        },
        {200},
        {"message": "string"},
    ),
    ("get", "/recordings", None, {200}, [RECORDING]),
    ("get", "/recordings/{id}", None, {200}, RECORDING),
    ("put", "/recordings/{id}", RECORDING_CHANGE, {200}, RECORDING),
    ("patch", "/recordings/{id}", RECORDING_CHANGE, {200}, RECORDING),
    ("get", "/transcript-history", None, {200}, [HISTORY]),
    ("get", "/transcript-history/{id}", None, {200}, HISTORY),
    ("put", "/transcript-history/{id}", written(HISTORY), {200}, HISTORY),
    ("patch", "/transcript-history/{id}", partly(HISTORY), {200}, HISTORY),
    ("get", "/transcripts/{id}", None, {200}, TRANSCRIPT),
    ("put", "/transcripts/{id}", written(TRANSCRIPT), {200}, TRANSCRIPT),
    ("patch", "/transcripts/{id}", partly(TRANSCRIPT), {200}, TRANSCRIPT),
    ("post", "/documents/view", {"*file_name": "string", "*file_url": "string"}, {200}, None),
    (
        "post",
        "/documents",
        {"*userid": "string", "*role": "string", "*feature": "string", "*files": "files"},
        {200},
        [[DOCUMENT]],
    ),
    ("post", "/transcript-history/search", SEARCH, {200, 204}, [HISTORY]),
    (
        "post",
        "/transcribe",
        {"*userid": "string", "*therapist_clientid": "string", "*date": "date"},
        {200},
        {"transcripts": "strings"},
    ),
    ("post", "/transcripts/search", SEARCH, {200, 204}, [TRANSCRIPT]),
]
# What we add to the contract's shapes. Nothing of it is required of a caller.
ADDED_TO_BODIES = {
    "/audio": {"sequence"},
    "/documents": {"therapist_clientid", "language", "password", "wait"},
}

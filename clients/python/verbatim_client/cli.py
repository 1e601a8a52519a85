"""The command `verbatim`: transcribe a file, read a document, print a client's history."""

import argparse
import hashlib
import os
import sys
from pathlib import Path

from verbatim_client.client import Verbatim
from verbatim_client.errors import VerbatimError


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    if not given.url or not given.token:
        sys.stderr.write("Set VERBATIM_URL and VERBATIM_TOKEN, or give --url and --token.\n")
        return 2
    try:
        with Verbatim(given.url, given.token) as api:
            given.run(api, given)
    except (VerbatimError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("verbatim", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("VERBATIM_URL"))
    parser.add_argument("--token", default=os.environ.get("VERBATIM_TOKEN"))
    commands = parser.add_subparsers(required=True)
    transcribe = commands.add_parser("transcribe", help="upload audio and print its transcript")
    transcribe.add_argument("file", type=Path)
    transcribe.add_argument("--client", type=int, required=True, help="the client record")
    transcribe.add_argument("--session", help="the session id; default: one made of the file")
    transcribe.set_defaults(run=_transcribe)
    documents = commands.add_parser("documents", help="documents").add_subparsers(required=True)
    read = documents.add_parser("read", help="upload documents and print their text")
    read.add_argument("file", type=Path, nargs="+")
    read.add_argument("--feature", default="documents", help="e.g. intake-forms")
    read.add_argument("--client", type=int)
    read.set_defaults(run=_read)
    history = commands.add_parser("history", help="print every summary of a client")
    history.add_argument("client", type=int)
    history.set_defaults(run=_history)
    return parser


def _transcribe(api: Verbatim, given: argparse.Namespace) -> None:
    """The session id is made of the file's content, so that the same command goes on where it was cut off."""
    session = given.session
    if session is None:
        with given.file.open("rb") as stream:
            session = f"file-{hashlib.file_digest(stream, 'sha256').hexdigest()[:32]}"
    uploaded = api.upload_audio(given.file, client_id=given.client, session_id=session)
    for progress in api.follow(uploaded.recording_id):
        sys.stderr.write(f"{progress.stage} {progress.progress:.0%}\n")
        if progress.state == "failed":
            raise VerbatimError(progress.error or "The session could not be transcribed.")
    sys.stdout.write(api.transcript(uploaded.recording_id).text + "\n")


def _read(api: Verbatim, given: argparse.Namespace) -> None:
    for document in api.read_documents(*given.file, feature=given.feature, client_id=given.client):
        if document.problem:
            sys.stderr.write(f"{document.file_name}: {document.problem}\n")
        sys.stdout.write(document.content + "\n")


def _history(api: Verbatim, given: argparse.Namespace) -> None:
    for version in api.history(given.client):
        sys.stdout.write(f"{version.date[:10]}\n{version.summary}\n\n")


if __name__ == "__main__":
    sys.exit(main())

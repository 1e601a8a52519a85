"""The demo's document: a referral letter, sent in like any other and read by the worker."""

from demo.letter import letter
from services import documents
from services.access import Actor
from services.vault import new_spool


def make_documents(actor: Actor, client_id: int, client: str) -> None:
    with new_spool() as spool:
        spool.write(letter(client, actor.name))
        file = documents.IncomingFile("Referral letter.pdf", spool)
        documents.upload(
            actor,
            documents.Upload(actor.user_id, "Therapist", "letters", (file,), client_id=client_id),
        )

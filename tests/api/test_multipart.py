"""Forms of hostile senders: what they may cost."""

import tracemalloc

from services import vault
from tests.api.asking import asking
from tests.people import People

BOUNDARY = "xxxx"
KIND = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def field(name: str, value: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


def test_many_fields_without_a_value_are_refused_before_they_pile_up(
    sqlite_people: People,
) -> None:
    end = f"--{BOUNDARY}--\r\n".encode()
    for names in ([f"field-{n}" for n in range(20_000)], ["same"] * 20_000):
        body = b"".join(map(field, names)) + end
        with asking(sqlite_people.alice) as client:
            client.get("/me")  # what the first request loads is not counted
            tracemalloc.start()
            answer = client.post("/documents", content=body, headers=KIND)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert answer.status_code == 400
        assert "too many" in answer.json()["detail"]
        assert most < 4 * len(body)
    assert not list(vault.blobs().list(""))

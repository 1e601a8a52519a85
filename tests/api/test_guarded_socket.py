"""The websocket of a page: closed to strangers, and ended when its sign-in ends."""

import time
from contextlib import ExitStack

import pytest
from websockets.exceptions import InvalidStatus

from services import sign_in, users
from tests.api.wire import RERUN, conversation, raw, rest, stream
from tests.servers.app_process import AppProcess


def test_the_websocket_is_closed_to_strangers(app_process: AppProcess) -> None:
    for token in (None, "A" * 43, "x"):
        with pytest.raises(InvalidStatus) as refused:
            stream(app_process, token)
        assert refused.value.response.status_code == 403


def test_a_spoofed_identity_header_is_dropped(app_process: AppProcess) -> None:
    adams = sign_in.lookup(app_process.sign_in("adam"))
    assert adams is not None
    spoof = {"x-verbatim-sign-in": str(adams.sign_in_id)}
    assert raw(app_process, "GET", "/api/v1/health", spoof)[0] == 401
    with pytest.raises(InvalidStatus):
        stream(app_process, None, **spoof)
    alice = app_process.sign_in("alice")
    with stream(app_process, alice, **spoof) as page:
        seen = conversation(page)
    assert b"Alice" in seen
    assert b"Adam" not in seen


@pytest.mark.parametrize("how", ["sign out", "all revoked", "disabled", "new role"])
def test_an_open_page_is_sent_away_within_three_seconds(app_process: AppProcess, how: str) -> None:
    from models.user import Role

    adam, bob = app_process.people.adam, app_process.people.bob.user_id
    token = app_process.sign_in("bob")
    with stream(app_process, token) as page:
        assert b"Bob" in conversation(page)
        begun = time.monotonic()
        if how == "sign out":
            sign_in.sign_out(token)
        elif how == "all revoked":
            users.end_sign_ins(adam, bob)
        elif how == "disabled":
            users.disable(adam, bob)
        else:
            users.change_role(adam, bob, Role.SUPERVISOR)
        try:
            frames = rest(page)
        finally:
            users.enable(adam, bob)
            users.change_role(adam, bob, Role.THERAPIST)
    assert len(frames) == 1, "something was sent after the page was told to leave"
    told_at, frame = frames[0]
    assert b"/auth/login?ended=1" in frame
    assert told_at - begun < 3


def test_a_message_after_sign_out_runs_nothing(app_process: AppProcess) -> None:
    token = app_process.sign_in("bob")
    with stream(app_process, token) as page:
        conversation(page)
        sign_in.sign_out(token)
        page.send(RERUN)
        assert [b"/auth/login?ended=1" in frame for _, frame in rest(page)] == [True]


def test_a_sign_in_has_a_limited_number_of_pages(app_process: AppProcess) -> None:
    from api.guard import SOCKETS_PER_SIGN_IN

    token = app_process.sign_in("dora")
    with ExitStack() as pages:
        for _ in range(SOCKETS_PER_SIGN_IN):
            pages.enter_context(stream(app_process, token))
        with pytest.raises(InvalidStatus):
            pages.enter_context(stream(app_process, token))
        pages.enter_context(stream(app_process, app_process.sign_in("dora")))
    time.sleep(0.5)
    with stream(app_process, token):
        pass

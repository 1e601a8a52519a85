"""Codes of apps: once each, one step off, not two; recovery codes: once each, kept as HMACs under the secret."""

import base64
import datetime as dt

import numpy as np
import pytest
from sqlalchemy import select

from models.database import sessions
from models.second_factor import RecoveryCode, SecondFactor
from services import encryption, one_time_codes
from services.one_time_codes import Kind
from tests.people import People
from tests.second_factors import STEP, Phone, equip

# RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds, as the services have it; set it by `clock[0] = ...`."""
    time = [1_800_000_000.0]
    monkeypatch.setattr(one_time_codes, "now", lambda: dt.datetime.fromtimestamp(time[0], dt.UTC))
    return time


@pytest.mark.parametrize(("at", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(clock: list[float], at: int, code: str) -> None:
    clock[0] = float(at)
    assert one_time_codes.step_of(RFC_SECRET, code) == at // STEP


def test_one_step_to_either_side_is_taken_and_no_other(clock: list[float]) -> None:
    phone = Phone(one_time_codes.new_secret(), [], lambda: clock[0])
    here = int(clock[0]) // STEP
    found = [one_time_codes.step_of(phone.secret, phone.code(steps=n)) for n in range(-2, 3)]
    assert found == [None, here - 1, here, here + 1, None]


def test_a_code_and_all_before_it_are_used_up(people: People, clock: list[float]) -> None:
    phone = equip(people.alice)
    phone.clock = lambda: clock[0]

    def use(given: str) -> Kind | None:
        with sessions()() as session, session.begin():
            factor = one_time_codes.of(session, people.alice.user_id, lock=True)
            assert factor is not None
            return one_time_codes.use(session, factor, given)

    earlier, present = phone.code(steps=-1), phone.code()
    assert [use(given) for given in (present, present, earlier)] == [Kind.APP, None, None]
    ahead = phone.code(steps=1)
    clock[0] += STEP
    assert ahead == phone.code()
    spaced = f" {phone.code()[:3]} {phone.code()[3:]} "
    assert [use(given) for given in (present, spaced, phone.code())] == [None, Kind.APP, None]
    shouted = phone.recovery_codes[0].upper().replace("-", " ")
    assert [use(given) for given in (shouted, shouted)] == [Kind.RECOVERY, None]
    assert [use(given) for given in ("", "-", "12345", "1234567", "٠١٢٣٤٥")] == [None] * 5
    with sessions()() as session:
        assert one_time_codes.recovery_codes_left(session, people.alice.user_id) == 9


def test_new_recovery_codes_end_the_old_ones(people: People) -> None:
    phone = equip(people.alice)
    with sessions()() as session, session.begin():
        factor = one_time_codes.of(session, people.alice.user_id, lock=True)
        assert factor is not None
        new = one_time_codes.renew_recovery_codes(session, factor)
        assert one_time_codes.use(session, factor, phone.recovery_codes[0]) is None
        assert one_time_codes.use(session, factor, new[0]) is Kind.RECOVERY
    assert len({*new, *phone.recovery_codes}) == 20
    assert all(len(code) == 11 for code in new)


def test_nothing_of_it_is_readable_in_the_database(people: People) -> None:
    phone = equip(people.alice)
    with sessions()() as session:
        factor = session.scalars(select(SecondFactor)).one()
        kept = [row.code_mac for row in session.scalars(select(RecoveryCode))]
        assert phone.secret not in factor.secret.stored
        assert encryption.unseal(factor, "secret") == phone.secret
    assert len(kept) == 10
    for code in phone.recovery_codes:
        assert not [mac for mac in kept if code in mac or code.replace("-", "") in mac]


def test_the_code_of_one_person_is_nothing_to_another(people: People) -> None:
    alices, bobs = equip(people.alice), equip(people.bob)
    with sessions()() as session, session.begin():
        factor = one_time_codes.of(session, people.bob.user_id, lock=True)
        assert factor is not None
        for given in (alices.code(), alices.recovery_codes[0]):
            assert given in (bobs.code(), bobs.code(steps=-1)) or (
                one_time_codes.use(session, factor, given) is None
            )


def test_a_camera_reads_the_picture() -> None:
    """What an app gets to see, by OpenCV's own reader: drawn from the SVG's path, dark on light."""
    import re

    import cv2

    secret = RFC_SECRET  # always the same: the reader does not manage every picture
    address = one_time_codes.address(secret, "alice@clinic.example")
    svg = one_time_codes.picture(address)
    assert "style" not in svg  # the form's policy would refuse it
    assert "http" not in svg
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))  # type: ignore[union-attr]
    modules = np.full((side, side), 255, np.uint8)
    y, x = 0, 0
    for command, across, down in re.findall(
        r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", svg.split('stroke="', 1)[1].split(' d="')[1]
    ):
        if command == "h":
            modules[y, x : x + int(across)] = 0
            x += int(across)
        else:
            x = int(across) + (0 if command == "M" else x)
            y = int(float(down)) + (0 if command == "M" else y)
    large = np.kron(modules, np.ones((8, 8), np.uint8))
    assert cv2.QRCodeDetector().detectAndDecode(large)[0] == address
    assert address.startswith("otpauth://totp/Verbatim:alice%40clinic.example?")
    assert f"secret={secret}" in address

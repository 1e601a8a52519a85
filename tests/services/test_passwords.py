"""What is accepted as a password, and that checking one tells nothing."""

import time

import pytest
from argon2 import PasswordHasher

from services import passwords
from services.errors import Invalid

AROUND = ("Anna Weber", "anna.weber@linden.example", "Linden Street Practice")


@pytest.fixture(autouse=True)
def at_the_real_cost(costly_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords._dummy.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", costly_hasher)


@pytest.mark.parametrize(
    "given",
    [
        "copper lantern seven bridges",
        "zwölf bunte Katzen schlafen",
        "kf7qp-2mxzt-a9bcd-wwert",
        "ein sehr ruhiger Dienstag",
        "x7!Kq" * 2 + "plum & vinegar",
        "沈黙は金なり、雄弁は銀なり。今日は",
    ],
)
def test_unrelated_words_pass_without_rules_of_composition(given: str) -> None:
    passwords.require_good(given, *AROUND)


@pytest.mark.parametrize(
    "given",
    [
        "passwordpassword",
        "Password123456789",
        "P@ssw0rdP@ssw0rd",
        "qwertyuiop12345",
        "1234567890abcdefghij",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "aB3$aB3$aB3$aB3$",
        "Verbatim-2026-Verbatim",
        "anna weber anna weber",
        "linden street practice 1",
        "Therapist therapist 12",
    ],
)
def test_common_ones_runs_and_names_are_refused(given: str) -> None:
    with pytest.raises(Invalid, match="easy to guess"):
        passwords.require_good(given, *AROUND)


def test_length_is_counted_in_characters_and_has_two_ends() -> None:
    with pytest.raises(Invalid, match="at least 15"):
        passwords.require_good("vexing quilts")  # 13
    passwords.require_good("vexing quilt zj")  # 15
    long = " ".join(f"w{n * n * 7919 % 9973}" for n in range(60))
    passwords.require_good(long[: passwords.LONGEST])
    with pytest.raises(Invalid, match="at most 256"):
        passwords.require_good(long[: passwords.LONGEST] + "x")


def test_a_temporary_password_is_good_and_new_each_time() -> None:
    made = {passwords.temporary() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        passwords.require_good(one, *AROUND)


def test_only_the_right_password_verifies() -> None:
    stored = passwords.hash_password("copper lantern seven bridges")
    assert stored.startswith("$argon2id$")
    assert "copper" not in stored
    assert passwords.verify(stored, "copper lantern seven bridges")
    assert not passwords.verify(stored, "copper lantern seven bridge")
    assert not passwords.verify(stored, "")
    assert not passwords.verify("not a hash", "copper lantern seven bridges")
    assert not passwords.verify(None, "copper lantern seven bridges")


def test_composed_and_decomposed_letters_are_one_password() -> None:
    stored = passwords.hash_password("zw\u00f6lf bunte Katzen")
    assert passwords.verify(stored, "zwo\u0308lf bunte Katzen")


def test_the_cost_is_the_one_that_owasp_recommends() -> None:
    stored = passwords.hash_password("copper lantern seven bridges")
    assert "$m=47104,t=1,p=1$" in stored


def test_weaker_settings_are_noticed() -> None:
    weak = "$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHRzb21l$" + "A" * 43
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("copper lantern seven bridges"))


def test_an_unknown_account_takes_as_long_as_a_known_one() -> None:
    stored = passwords.hash_password("copper lantern seven bridges")
    passwords.verify(None, "warm up")

    def took(hashed: str | None) -> float:
        begun = time.process_time()
        passwords.verify(hashed, "wrong horse in the stable")
        return time.process_time() - begun

    pairs = [(took(None), took(stored)) for _ in range(8)]  # in turns: the machine's pace changes
    unknown, known = (min(times) for times in zip(*pairs, strict=True))
    assert unknown == pytest.approx(known, rel=0.35)


def test_judging_the_longest_password_is_quick() -> None:
    begun = time.process_time()
    for hostile in ("ab" * 128, "a" * 255 + "b", "abcd" * 63 + "e", "é" * 256):
        passwords._is_guessable(hostile, AROUND)
    assert (
        time.process_time() - begun < 5
    )  # a fraction of it; what grows with the square takes minutes

"""Sealing: only the right key in the right place opens a value, and it opens as it was."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.encryption import KeyMissing, Keyring, Tampered, blind_index

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
PLACE = b"intake_note.text:7:1"


def ring(**keys: bytes) -> Keyring:
    return Keyring(tuple(keys.items()))


@given(st.binary(max_size=2000), st.binary(max_size=100))
def test_what_is_sealed_opens_as_it_was(plain, place):
    keys = ring(k1=ONE)
    assert keys.open(keys.seal(plain, place), place) == plain


def test_the_same_value_is_sealed_differently_each_time():
    keys = ring(k1=ONE)
    assert len({keys.seal(b"same", PLACE) for _ in range(50)}) == 50


def test_nothing_of_the_value_shows():
    assert b"canary" not in ring(k1=ONE).seal(b"canary" * 20, PLACE)


@pytest.mark.parametrize(
    "place", [b"intake_note.text:8:1", b"intake_note.text:7:2", b"intake_note.other:7:1", b""]
)
def test_a_value_opens_in_its_own_cell_only(place):
    keys = ring(k1=ONE)
    with pytest.raises(Tampered):
        keys.open(keys.seal(b"x", PLACE), place)


def test_every_flipped_bit_is_noticed():
    keys = ring(k1=ONE)
    sealed = keys.seal(b"a value", PLACE)
    for position in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((Tampered, KeyMissing)):
            keys.open(bytes(changed), PLACE)


def test_every_cut_is_noticed():
    keys = ring(k1=ONE)
    sealed = keys.seal(b"a value", PLACE)
    for length in range(len(sealed)):
        with pytest.raises((Tampered, KeyMissing)):
            keys.open(sealed[:length], PLACE)


@given(st.binary(max_size=80))
def test_what_was_never_sealed_does_not_open(noise):
    with pytest.raises((Tampered, KeyMissing)):
        ring(k1=ONE).open(noise, PLACE)


def test_an_unknown_key_id_says_that_a_key_is_missing():
    with pytest.raises(KeyMissing, match="FIELD_KEYS does not hold"):
        ring(k2=ONE).open(ring(k1=ONE).seal(b"x", PLACE), PLACE)


def test_another_key_of_the_same_id_never_gives_a_wrong_text():
    with pytest.raises(Tampered):
        ring(k1=TWO).open(ring(k1=ONE).seal(b"x", PLACE), PLACE)


def test_a_new_first_key_seals_and_the_old_one_still_opens():
    old, both, new = ring(k1=ONE), ring(k2=TWO, k1=ONE), ring(k2=TWO)
    assert both.open(old.seal(b"x", PLACE), PLACE) == b"x"
    assert new.open(both.seal(b"x", PLACE), PLACE) == b"x"


def text_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_keys_are_read_in_their_order():
    keys = Keyring.parse(f"k2:{text_of(TWO)}, k1:{text_of(ONE)}").keys
    assert keys == (("k2", TWO), ("k1", ONE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no key"),
        (",,", "holds no key"),
        ("k1:***", "not base64"),
        ("k1", "32 bytes"),
        ("k1:", "32 bytes"),
        (f"k1:{text_of(ONE[:16])}", "32 bytes"),
        (f":{text_of(ONE)}", "32 bytes"),
    ],
)
def test_keys_that_are_none_are_refused(text, said):
    with pytest.raises(KeyMissing, match=said):
        Keyring.parse(text)


def test_a_refused_key_is_not_repeated_in_the_message():
    secret = text_of(ONE[:31])
    with pytest.raises(KeyMissing) as refused:
        Keyring.parse(f"k1:{secret}")
    assert secret not in str(refused.value)


def test_a_blind_index_is_blind_to_case_and_spaces_only():
    def index(text: str, purpose: str = "email", key: str = "k") -> bytes:
        return blind_index(text, key=key, purpose=purpose)

    assert index("Ann@X.example ") == index("ann@x.example")
    others = {
        index("bob@x.example"),
        index("ann@x.example", "phone"),
        index("ann@x.example", key="o"),
    }
    assert index("ann@x.example") not in others
    assert len(index("")) == 32

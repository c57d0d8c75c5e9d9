"""Which passwords the staff may choose: 15 letters or more that are not the same few again."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from clinic.passwords import repeated


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword",
        "password-password-password",
        "passwordpasswor",
        "passwordpassword1!",
        "password1234567",
        "Qwerty_qwerty_2026",
        "aaaaaaaaaaaaaaaa",
        "123456789012345",
        "abcdeabcdeabcde",
        "correcthorse",
    ],
)
def test_a_repeated_a_well_known_and_a_short_one_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "heron counts nine pebbles", "x7Kq-93mT-pLw2-vv81"]
)
def test_several_words_and_what_a_password_keeper_makes_are_taken(password):
    validate_password(password)


@pytest.mark.parametrize(
    ("text", "part"), [("abab", "ab"), ("ababa", "ab"), ("abcda", "abcda"), ("a", "a"), ("", "")]
)
def test_what_is_repeated_is_found_with_its_last_time_cut_short(text, part):
    assert repeated(text) == part

"""Two windows on one draft: which of the answers stands."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.merging import Kept, Seen, mark, merge

RESPONSE = uuid.UUID(int=7)
NOBODY = frozenset()


def kept(declined=(), **answers):
    return Kept(RESPONSE, answers, declined)


def merged(drawn, saved, given_here, **more):
    """Of the one question `q`: what was on the page, what is saved now, what the page sends."""
    seen = kept(**drawn).seen(["q"])
    return merge(asked=frozenset("q"), seen=seen, saved=kept(**saved), given=kept(**given_here))


@pytest.mark.parametrize(
    ("drawn", "saved", "here", "taken", "differing"),
    [
        ({}, {}, {"q": "mine"}, "q", ""),
        ({"q": "old"}, {"q": "old"}, {"q": "mine"}, "q", ""),
        ({"q": "old"}, {"q": "old"}, {}, "q", ""),
        ({"q": "old"}, {"q": "theirs"}, {"q": "old"}, "", ""),
        ({}, {"q": "theirs"}, {}, "", ""),
        ({"q": "old"}, {}, {"q": "old"}, "", ""),
        ({"q": "old"}, {"q": "same"}, {"q": "same"}, "q", ""),
        ({"q": "old"}, {"q": "theirs"}, {"q": "mine"}, "", "q"),
        ({}, {"q": "theirs"}, {"q": "mine"}, "", "q"),
        ({"q": "old"}, {"q": "theirs"}, {}, "", "q"),
        ({"q": "old"}, {}, {"q": "mine"}, "", "q"),
        ({}, {"declined": ["q"]}, {"q": "mine"}, "", "q"),
        ({}, {"declined": ["q"]}, {"declined": ["q"]}, "q", ""),
        ({"q": ["a", "b"]}, {"q": ["a", "b"]}, {"q": ["a"]}, "q", ""),
    ],
)
def test_what_changed_in_one_window_only_is_kept_and_what_changed_in_both_is_asked(
    drawn, saved, here, taken, differing
):
    found = merged(drawn, saved, here)
    assert (found.taken, found.differing) == (frozenset(taken), frozenset(differing))


def test_a_page_without_stamps_is_taken_as_it_is():
    found = merge(asked=frozenset("q"), seen=Seen(), saved=kept(q="theirs"), given=kept(q="mine"))
    assert found.taken == {"q"}


def test_a_stamp_is_of_one_question_of_one_response():
    here, elsewhere = kept(q="a", p="a"), Kept(uuid.UUID(int=8), {"q": "a"}, ())
    assert here.stamp("q") != here.stamp("p")
    assert here.stamp("q") != elsewhere.stamp("q")
    assert mark(RESPONSE) != mark(uuid.UUID(int=8))


def test_the_stamps_of_a_page_read_back():
    seen = kept(q="a").seen(["q", "rf.ces"])
    assert Seen.read(str(seen)) == seen


@given(st.text())
def test_whatever_stands_there_is_read_without_an_error(written):
    assert all("=" not in key for key in Seen.read(written).stamps)


words = st.none() | st.sampled_from(["one", "two", "three"])


@given(words, words, words)
def test_no_word_that_one_of_two_windows_changed_goes_under(drawn, saved, here):
    """A change made here is taken or asked about; one made elsewhere stays or is asked about."""
    named = [{"q": each} if each else {} for each in (drawn, saved, here)]
    found = merged(*named)
    if here != drawn:
        assert "q" in found.taken | found.differing
    if saved not in (drawn, here):
        assert "q" not in found.taken

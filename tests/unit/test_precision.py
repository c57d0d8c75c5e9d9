"""How sure a count can be: the interval against published values."""

import pytest

from intake.precision import Counted, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(successes, trials, low, high):
    """Newcombe 1998, table I, method 3."""
    assert wilson(successes, trials) == (
        pytest.approx(low, abs=5e-5),
        pytest.approx(high, abs=5e-5),
    )


def test_the_interval_never_leaves_the_range_of_a_share():
    for trials in range(1, 60):
        for successes in range(trials + 1):
            low, high = wilson(successes, trials)
            assert 0 <= low <= successes / trials <= high <= 1


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 4)])
def test_what_is_no_count_has_no_interval(successes, trials):
    with pytest.raises(ValueError, match="of"):
        wilson(successes, trials)


def counted(confirmed: int, not_this: int) -> Counted:
    return Counted("p", "Pattern", "1", 20, confirmed, not_this, 4, 1)


def test_cannot_tell_is_left_out_of_the_share():
    one = counted(9, 3)
    assert (one.decided, one.percent, one.range) == (12, "75 %", "47 to 91 %")
    assert one.bar == (47, 44, 75)


@pytest.mark.parametrize("decided", [0, 1, 9])
def test_of_fewer_than_ten_decisions_there_is_no_share(decided):
    one = counted(decided, 0)
    assert (one.precision, one.interval, one.percent, one.range) == (None, None, "", "")
    assert counted(decided, 10 - decided).percent == f"{decided * 10} %", "the control"

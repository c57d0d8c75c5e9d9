"""How often a flag was confirmed, and how sure a count of that size can be. Pure."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 %, two-sided
FEWEST = 10  # decided verdicts that a share is told of: fewer say next to nothing


def wilson(successes: int, trials: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a proportion, both ends within 0 and 1. ValueError without a trial.

    Wilson EB. Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 1927;22:209-212. The worked values of the tests: Newcombe RG. Two-sided
    confidence intervals for the single proportion: comparison of seven methods.
    Stat Med 1998;17:857-872, table I, method 3.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials}")
    share, square = successes / trials, z * z
    middle = share + square / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    whole = 1 + square / trials
    # At 0 and at 1 the sums miss the end by the last digit of a float.
    return max(0.0, min(share, (middle - half) / whole)), min(
        1.0, max(share, (middle + half) / whole)
    )


@dataclass(frozen=True)
class Counted:
    """One pattern of one pack version: shown flags, the latest verdict on each, misses."""

    pattern: str
    name: str
    pack: str
    shown: int
    confirmed: int
    not_this: int
    cannot_tell: int
    missed: int
    is_signed_off: bool = False

    @property
    def decided(self) -> int:
        """Verdicts that say yes or no."""
        return self.confirmed + self.not_this

    @property
    def precision(self) -> float | None:
        """The share of the decided that was confirmed; None while too few are decided."""
        return self.confirmed / self.decided if self.decided >= FEWEST else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share may lie, by Wilson at 95 %."""
        return wilson(self.confirmed, self.decided) if self.decided >= FEWEST else None

    @property
    def percent(self) -> str:
        """The share in words, empty while too few are decided."""
        return "" if self.precision is None else f"{self.precision:.0%}".replace("%", " %")

    @property
    def range(self) -> str:
        """The interval in words."""
        if self.interval is None:
            return ""
        low, high = (round(100 * end) for end in self.interval)
        return f"{low} to {high} %"

    @property
    def bar(self) -> tuple[int, int, int]:
        """Left end, width and point of the interval on a line of 100."""
        low, high = self.interval or (0.0, 0.0)
        left = round(100 * low)
        return left, max(1, round(100 * high) - left), round(100 * (self.precision or 0))

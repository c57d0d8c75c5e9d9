"""What a therapist wishes for next: when, how long and with whom, never why. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

WISH = "follow_up"  # beside the parts of a note
DAYS = {
    2: "2 days",
    4: "4 days",
    7: "1 week",
    14: "2 weeks",
    21: "3 weeks",
    28: "4 weeks",
    42: "6 weeks",
    56: "8 weeks",
    84: "12 weeks",
}
MINUTES = (15, 20, 30, 45, 60)
USUAL_MINUTES = 30
WITH = {"same": "same therapist", "any": "any therapist"}


@dataclass(frozen=True)
class Wish:
    """Written `14 30 same`."""

    days: int
    minutes: int
    is_same: bool

    @classmethod
    def read(cls, written: str) -> "Wish | None":
        """From the note's page; None for none, ValueError for what nobody could have chosen."""
        if not written:
            return None
        days, minutes, with_whom = written.split(" ")
        wish = cls(int(days), int(minutes), with_whom == "same")
        if wish.days not in DAYS or wish.minutes not in MINUTES or with_whom not in WITH:
            raise ValueError(written)
        return wish

    def __str__(self) -> str:
        return f"{self.days} {self.minutes} {'same' if self.is_same else 'any'}"

    @property
    def label(self) -> str:
        """As it is said."""
        whom = WITH["same" if self.is_same else "any"]
        return f"in {DAYS[self.days]}, {self.minutes} minutes, {whom}"

    def window(self, visit: date) -> tuple[date, date]:
        """From when and until when: a seventh of the time earlier or later, at least a day."""
        aim, slack = visit + timedelta(self.days), timedelta(max(1, self.days // 7))
        return aim - slack, aim + slack

"""What may follow what: one table for each thing that has a state. Pure; see docs/states.md.

The commands ask TASK; that MESSAGE and `intake.states` hold is shown by driving each cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass


class Refused(Exception):
    """An act that a state does not allow. Says why, in a sentence that is shown as it stands."""


@dataclass(frozen=True)
class States:
    """Each act in each state leads to a state or is refused in a sentence; no third way.

    `{holder}` in a sentence stands for the therapist who holds the task.
    """

    noun: str
    about: str
    acts: Mapping[str, str]
    states: Mapping[str, str]
    begins: str
    moves: Mapping[tuple[str, str], str]
    refusals: Mapping[tuple[str, str], str]

    def after(self, state: str, act: str, **names: str) -> str:
        """The state that `act` leads to. Raises Refused."""
        if (state, act) in self.refusals:
            raise Refused(self.refusals[state, act].format(**names))
        return self.moves[state, act]


REPORTS = ("called", "sent", "not_reached", "again", "no_call")
CLOSING = ("called", "sent", "no_call")
OVER = "This call is finished."
NOT_TAKEN = "Nobody has this call at the moment. Take it first."

TASK = States(
    noun="task",
    about="An urgent call. A patient who cannot be reached stays open.",
    acts={
        "raise": "a more urgent answer",
        "add": "another urgent answer",
        "change": "the answers no longer show an urgent finding",
        "pass_on": "its time is over",
        "take": "a therapist takes it",
        "called": "spoke with the patient",
        "sent": "sent to emergency care",
        "not_reached": "not reached",
        "again": "will try again at a time",
        "no_call": "no call needed, with the reason",
    },
    states={
        "open": "somebody holds it and was told, nobody has taken it",
        "taken": "its holder is on it and has yet to say what was done",
        "closed": "done; a later urgent answer opens another",
    },
    begins="open",
    moves={
        ("open", "raise"): "open",
        ("open", "add"): "open",
        ("open", "change"): "open",
        ("open", "pass_on"): "open",
        ("open", "take"): "taken",
        ("taken", "raise"): "taken",
        ("taken", "add"): "taken",
        ("taken", "change"): "taken",
        ("taken", "pass_on"): "open",
        ("taken", "not_reached"): "taken",
        ("taken", "again"): "taken",
        **{("taken", act): "closed" for act in CLOSING},
    },
    refusals={
        ("taken", "take"): "{holder} has already taken this call.",
        **{("open", act): NOT_TAKEN for act in REPORTS},
        **{
            ("closed", act): OVER for act in ("raise", "add", "change", "pass_on", "take", *REPORTS)
        },
    },
)

SPENT = "A mail that was sent, or given up, is not sent again."

MESSAGE = States(
    noun="message",
    about="One mail of the outbox.",
    acts={
        "taken": "the mail server takes it",
        "put_off": "the mail server does not take it",
        "give_up": "the mail server does not take it for the seventh time",
    },
    states={
        "waiting": "to be sent when it is due",
        "sent": "taken by the mail server; the link is taken out of its words",
        "failed": "given up",
    },
    begins="waiting",
    moves={
        ("waiting", "taken"): "sent",
        ("waiting", "put_off"): "waiting",
        ("waiting", "give_up"): "failed",
    },
    refusals={
        (state, act): SPENT
        for state in ("sent", "failed")
        for act in ("taken", "put_off", "give_up")
    },
)

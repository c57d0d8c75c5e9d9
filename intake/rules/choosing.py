"""Which exercises fit a patient, and which answer speaks against one.

`standings`: pattern to "confirmed" or "refuted" (what the therapist decided), "open" (a finding),
"possible" (worth checking only: the pack gives no exercises for it) or "unknown" (cannot be told).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from intake.rules.answered import Answers
from intake.rules.exercises import ADULT, AS_OTHER, Caution, Education, Exercise
from intake.rules.pack import Pack
from intake.rules.state import AnswerState
from intake.rules.truth import NO, UNKNOWN, YES, Truth, some

Standings = Mapping[str, str]
FOUND = {"confirmed": YES, "open": YES, "possible": YES, "unknown": UNKNOWN}


@dataclass(frozen=True)
class Against:
    """A contraindication, with the answers and the patterns that it rests on."""

    say: str
    items: tuple[str, ...]
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """One exercise: why it fits, what speaks against it, what has to be asked first."""

    exercise: Exercise
    because: tuple[str, ...]
    is_confirmed: bool
    against: tuple[Against, ...]
    ask: tuple[Against, ...]

    @property
    def is_suggested(self) -> bool:
        """Whether it stands among those to choose from first."""
        return bool(self.because) and not self.against


@dataclass(frozen=True)
class Choice:
    """Every exercise that may be given, the best first; what to read; the rule about age."""

    suggestions: tuple[Suggestion, ...]
    reading: tuple[Education, ...]
    must_be_seen: bool

    def of(self, exercise_id: str) -> Suggestion | None:
        """What is said of one exercise; None for one that is never given."""
        return next((one for one in self.suggestions if one.exercise.id == exercise_id), None)


def programme_for(pack: Pack, standings: Standings, answers: Answers, *, age: int | None) -> Choice:
    """The choice for one patient. Without an age the patient counts as under 18."""
    state = AnswerState(pack.questionnaire.by_id, replace(answers, age=age))
    given = [one for one in pack.exercises.values() if one.is_for_patients]
    suggestions = [suggestion_of(pack, one, standings, state) for one in given]
    place = {id: number for number, id in enumerate(in_order(pack, standings))}
    suggestions.sort(
        key=lambda one: (
            not one.is_suggested,
            not one.is_confirmed,
            place.get(one.exercise.id, len(place)),
        )
    )
    reading = sorted(pack.education.values(), key=lambda one: not because_of(pack, one, standings))
    return Choice(tuple(suggestions), tuple(reading), age is None or age < ADULT)


def in_order(pack: Pack, standings: Standings) -> Iterable[str]:
    """Exercises in the order in which the patterns name them, those of a confirmed one first."""
    ranked = [
        [pattern for pattern in pack.patterns if standings.get(pattern.id) == wanted]
        for wanted in ("confirmed", "open")
    ]
    return dict.fromkeys(chain.from_iterable(one.exercises for one in chain(*ranked)))


def because_of(pack: Pack, one: Exercise | Education, standings: Standings) -> tuple[str, ...]:
    """The patterns that stand and name it, or that it names."""
    return tuple(
        pattern.id
        for pattern in pack.patterns
        if standings.get(pattern.id) in ("confirmed", "open")
        and (one.id in pattern.exercises or pattern.id in one.patterns)
    )


def suggestion_of(
    pack: Pack, exercise: Exercise, standings: Standings, state: AnswerState
) -> Suggestion:
    because = because_of(pack, exercise, standings)
    judged = [(one, truth_of(one, standings, state)) for one in cautions_of(pack, exercise)]
    return Suggestion(
        exercise=exercise,
        because=because,
        is_confirmed=any(standings[id] == "confirmed" for id in because),
        against=tuple(against_of(one, standings, state) for one, is_so in judged if is_so is YES),
        ask=tuple(asked_of(one, standings, state) for one, is_so in judged if is_so is UNKNOWN),
    )


def cautions_of(pack: Pack, exercise: Exercise) -> Iterator[Caution]:
    """Its contraindications; one of a pack without cautions can only be asked."""
    known = pack.care.cautions if pack.care else {}
    for say in exercise.contraindications:
        if say.startswith(AS_OTHER):
            yield from cautions_of(pack, pack.exercises[say.removeprefix("as ")])
        else:
            yield known.get(say) or Caution(say)


def truth_of(caution: Caution, standings: Standings, state: AnswerState) -> Truth:
    truths = [FOUND.get(standings.get(id, ""), NO) for id in caution.patterns]
    if caution.condition is not None:
        truths.append(caution.condition.evaluate(state))
    return some(truths) if truths else UNKNOWN


def against_of(caution: Caution, standings: Standings, state: AnswerState) -> Against:
    """With the answers its condition reads, where that is what holds."""
    condition, items = caution.condition, frozenset[str]()
    if condition is not None and condition.evaluate(state) is YES:
        items = frozenset(id for id in condition.items() if state.is_answered(id))
    return Against(caution.say, in_asked_order(state, items), standing(caution, standings, YES))


def asked_of(caution: Caution, standings: Standings, state: AnswerState) -> Against:
    """With the questions that are open."""
    items = caution.condition.missing(state) if caution.condition is not None else frozenset()
    return Against(caution.say, in_asked_order(state, items), standing(caution, standings, UNKNOWN))


def standing(caution: Caution, standings: Standings, wanted: Truth) -> tuple[str, ...]:
    return tuple(id for id in caution.patterns if FOUND.get(standings.get(id, ""), NO) is wanted)


def in_asked_order(state: AnswerState, items: frozenset[str]) -> tuple[str, ...]:
    return tuple(id for id in state.items if id in items)

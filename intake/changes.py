"""What differs from the intake before, and only that, as the therapist reads it. Pure."""

from collections.abc import Collection

from intake import labels
from intake.briefs import Difference
from intake.rules.answered import Answers, Value
from intake.rules.questions import Item, Questionnaire
from intake.wording import answer_texts

NOT_SAID, NOT_ASKED, DECLINED = "not said", "not asked", "preferred not to say"


def list_changes(
    known: Questionnaire,
    told: Answers,
    questionnaire: Questionnaire,
    answers: Answers,
    declined: Collection[str] = (),
) -> tuple[tuple[Difference, ...], int]:
    """The changed answers, warning signs first, and how many are the same.

    `told` answered the questions `known`; compared by the ids of question and option. Free text is
    read, not compared. A question that is asked no longer says nothing by itself, nor one that was
    not reached yet, nor one that the questionnaire of then did not have.
    """
    asked_then = {item.link_id for item in known.shown(told)}
    changes, same = [], 0
    for item in questionnaire.shown(answers):
        before, now = told.values.get(item.link_id), answers.values.get(item.link_id)
        if item.type == "text" or item.link_id not in known.by_id:
            continue
        if before == now:
            same += now is not None
        elif is_change(item, before, now, item.link_id in declined):
            changes.append(
                Difference(
                    question=item.text("en"),
                    anchor=labels.anchor_of(item.link_id),
                    before=said(known, item.link_id, before)
                    or (NOT_SAID if item.link_id in asked_then else NOT_ASKED),
                    now=said(questionnaire, item.link_id, now) or DECLINED,
                    gone=left_out(known, item.link_id, before, now),
                    new=left_out(questionnaire, item.link_id, now, before),
                    is_safety=item.safety,
                    short=labels.SHORT.get(item.link_id, ""),
                )
            )
    return tuple(sorted(changes, key=lambda one: not one.is_safety)), same


def is_change(item: Item, before: Value | None, now: Value | None, is_declined: bool) -> bool:
    """Whether two different answers tell something. What is not reached yet does not, nor "none of
    these" to a question that had no answer before.
    """
    if now is None:
        return is_declined
    is_none = isinstance(now, tuple) and item.exclusive.issuperset(now)
    return before is not None or not is_none


def said(questionnaire: Questionnaire, link_id: str, value: Value | None) -> str:
    """An answer in the staff's language."""
    return labels.MORE.join(answer_texts(questionnaire, questionnaire.item(link_id), value, "en"))


def left_out(
    questionnaire: Questionnaire, link_id: str, value: Value | None, other: Value | None
) -> str:
    """The options of one of two lists that the other has not; empty for any other answers."""
    if not isinstance(value, tuple) or not isinstance(other, tuple):
        return ""
    return said(questionnaire, link_id, tuple(one for one in value if one not in other))


def named_only_in(names: dict[str, str], others: dict[str, str]) -> tuple[str, ...]:
    """The names of the patterns that the others have not."""
    return tuple(name for pattern, name in names.items() if pattern not in others)

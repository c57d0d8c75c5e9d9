"""When an item is asked: plain enableWhen where that says all of it, else an SDC expression."""

from intake.fhir.writing.expressions import PathWriter
from intake.fhir.writing.words import Resource, extension, options_of
from intake.rules.conditions import AllOf, AnyChosen, AnyOf, Condition
from intake.rules.questions import Questionnaire

EXPRESSION = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"


def enabling(questionnaire: Questionnaire, condition: Condition | None) -> Resource:
    """The keys to put on an item; none for one that is always asked."""
    if condition is None:
        return {}
    plain = conditions_of(condition)
    if plain is None:
        path = {
            "language": "text/fhirpath",
            "expression": PathWriter(questionnaire).paths(condition).yes,
        }
        return {"extension": [extension(EXPRESSION, "Expression", path)]}
    behavior, leaves = plain
    listed = [
        enable_when(questionnaire, leaf.item, option)
        for leaf in leaves
        for option in sorted(leaf.options)
    ]
    return {"enableWhen": listed, **({"enableBehavior": behavior} if len(listed) > 1 else {})}


def conditions_of(condition: Condition) -> tuple[str, tuple[AnyChosen, ...]] | None:
    """All or any of some chosen options: that is as much as enableWhen can say of our grammar."""
    match condition:
        case AnyChosen():
            return ("any", (condition,))
        case AnyOf(conditions) if all(isinstance(one, AnyChosen) for one in conditions):
            return ("any", conditions)  # type: ignore[return-value]
        case AllOf(conditions) if all(is_single(one) for one in conditions):
            return ("all", conditions)  # type: ignore[return-value]
    return None


def is_single(condition: Condition) -> bool:
    return isinstance(condition, AnyChosen) and len(condition.options) == 1


def enable_when(questionnaire: Questionnaire, link_id: str, option: str) -> Resource:
    system = options_of(questionnaire.item(link_id))
    return {
        "question": link_id,
        "operator": "=",
        "answerCoding": {"system": system, "code": option},
    }

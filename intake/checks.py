"""System checks: web, worker and `check` do not start on a broken pack."""

from typing import Any

from django.core.checks import Error

from intake import carried, figures, languages, plainer, voices
from intake.chart import get_chart, wrong_in
from intake.rules.pack import PackError, load_pack


def the_pack_is_sound(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every problem of the shipped pack, with all that hangs on it, as one error."""
    try:
        pack = load_pack()
    except PackError as error:
        return [Error(problem, id="intake.E001") for problem in error.problems]
    questionnaire = pack.questionnaire
    wrong = [
        *languages.problems(pack),
        *voices.problems(pack),
        *plainer.problems(pack),
        *figures.problems(pack),
        *wrong_in(get_chart(), questionnaire),
        *carried.wrong_in(carried.get_carried(), questionnaire),
    ]
    return [Error(problem, id="intake.E002") for problem in wrong]

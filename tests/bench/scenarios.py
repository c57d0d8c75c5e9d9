"""What is asked of both: the same page or act, at the product's and at the floor's address."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tests.bench.client import Request
from tests.bench.world import STEP_DRAFTS, World

STEP = "details"
Ask = Callable[[int], Request]


@dataclass(frozen=True)
class Scenario:
    """`product(n)` and `floor(n)` are the n-th request of each."""

    name: str
    title: str
    product: Ask
    floor: Ask


def scenarios(world: World, floor_session: str) -> tuple[Scenario, ...]:
    """In the order of the table."""
    answers, page = dict(world.story.answers), items_of(world)
    staff = {settings.SESSION_COOKIE_NAME: world.sessions[world.busy.pk]}
    floor = {"staff": floor_session}
    brief = world.brief.pk
    return (
        Scenario(
            "submit",
            "Submit an intake",
            lambda n: Request(
                "/intake/sign/", link(world, STEP_DRAFTS + n), 302, signature(n), "/intake/receipt/"
            ),
            lambda n: Request(
                "/submit/",
                floor_link(world, STEP_DRAFTS + n),
                302,
                signature(n) | form_of(world, answers) | {"asked": " ".join(answers)},
                "/receipt/",
            ),
        ),
        Scenario(
            "save",
            "Save one step",
            lambda n: Request(
                f"/intake/questions/{STEP}/",
                link(world, n % STEP_DRAFTS),
                302,
                form_of(world, step_answers(page, answers, n)),
                "/intake/",
            ),
            lambda n: Request(
                "/step/",
                floor_link(world, n % STEP_DRAFTS),
                302,
                form_of(world, step_answers(page, answers, n)) | {"asked": " ".join(page)},
                "/next/",
            ),
        ),
        Scenario(
            "show",
            "Show a step (floor: session and user)",
            lambda n: Request(f"/intake/questions/{STEP}/", link(world, n % STEP_DRAFTS)),
            lambda n: Request("/me/", floor),
        ),
        Scenario(
            "list",
            "Worklist of 25",
            lambda n: Request("/today/", staff),
            lambda n: Request("/list/", floor),
        ),
        Scenario(
            "brief",
            "Brief",
            lambda n: Request(f"/visits/{brief}/", staff),
            lambda n: Request(f"/brief/{brief}/", floor),
        ),
    )


def link(world: World, number: int) -> dict[str, str]:
    """The cookie of a patient's browser."""
    return {settings.LINK_COOKIE_NAME: world.keys[number]}


def floor_link(world: World, number: int) -> dict[str, str]:
    """The same at the floor."""
    return {"intake": world.keys[number]}


def signature(number: int) -> dict[str, object]:
    """What the last page posts."""
    return {"name": "Bench Patient", "key": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))}


def items_of(world: World) -> tuple[str, ...]:
    """The questions of the step that are shown to this patient."""
    questionnaire = world.published.pack.questionnaire
    return tuple(
        link_id for link_id in world.story.answers if questionnaire.item(link_id).section == STEP
    )


def step_answers(page: tuple[str, ...], answers: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The step's answers; every round through the drafts says another pain."""
    changed = {"pain.avg": 3 + number // STEP_DRAFTS % 5}
    return {link_id: answers[link_id] for link_id in page} | changed


def form_of(world: World, answers: Mapping[str, Any]) -> dict[str, object]:
    """Answers as a browser posts them."""
    form: dict[str, object] = {}
    for link_id, value in answers.items():
        if world.published.pack.questionnaire.item(link_id).type == "date":
            year, month, day = value.split("-")
            form |= {f"{link_id}.day": day, f"{link_id}.month": month, f"{link_id}.year": year}
        else:
            form[link_id] = value
    return form

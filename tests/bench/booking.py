"""P15: 32 people want the same half hour at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from clinic.models import Appointment
from clinic.walls import inside_clinic
from tests.bench.client import Request, WrongAnswer, send_all
from tests.bench.world import World

TRIES = 32


def book_at_once(port: int, world: World) -> tuple[int, int]:
    """How many were booked by the database's count, and how many were told that it is taken."""
    day = timezone.localdate() + timedelta(days=9)
    cookies = {settings.SESSION_COOKIE_NAME: world.sessions[world.desk.pk]}
    refused = 0
    requests = [
        Request(f"/desk/patients/{draft.patient_id}/book/", cookies, 302, form(world, day))
        for draft in world.drafts[:TRIES]
    ]

    def one(request: Request) -> None:
        nonlocal refused
        try:
            send_all(port, [request], 1)
        except WrongAnswer as answer:
            if ": 422 " not in str(answer):
                raise
            refused += 1

    at_once(one, requests)
    with inside_clinic(world.clinic.pk):
        booked = Appointment.objects.filter(therapist=world.busy, starts_at__date=day).count()
    return booked, refused


def form(world: World, day: object) -> dict[str, object]:
    """The same slot for everybody."""
    return {"therapist": world.busy.pk, "day": day, "time": "10:00", "minutes": 30}


def at_once(one: Callable[[Request], None], requests: list[Request]) -> None:
    """All together, each from a thread of its own."""
    with ThreadPoolExecutor(TRIES) as pool:
        list(pool.map(one, requests))

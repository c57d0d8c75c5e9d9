"""The patient's home programme: tick days and pain, read the exercises, take them away."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.commands.audit import record
from intake.commands import programmes
from intake.forms.programmes import DayForm
from intake.guards import patient
from intake.models import Urgency
from intake.models.invitations import Purpose
from intake.queries.programmes import Own, get_own
from intake.requests import PatientRequest
from intake.ticks import Day, editable_days
from intake.views.filling import today
from intake.views.papers import as_sheet


@patient("GET", "POST", purpose=Purpose.PROGRAMME)
def programme(request: PatientRequest) -> HttpResponse:
    """One day to tick: today, or one of the last week."""
    own = get_own(request.invitation_id, request.clinic.zone)
    if own is None:
        return render(request, "intake/patient/programme_over.html")
    days = editable_days(own.since, today(request))
    day = day_asked(request, days)
    if request.method != "POST":
        return show_day(request, own, day, DayForm(own.handout))
    form = DayForm(own.handout, request.POST)
    if not form.is_valid():
        return show_day(request, own, day, form)
    programmes.tick(
        by=request.actor,
        at=timezone.now(),
        programme=own.programme,
        day=day,
        today=today(request),
        zone=request.clinic.zone,
        **form.given(),
    )
    return redirect(f"{reverse('programme')}?day={day.isoformat()}&saved=1")


def day_asked(request: PatientRequest, days: tuple[date, ...]) -> date:
    """The day of the address, if it can be ticked; else today."""
    wanted = request.GET.get("day", "")
    return next((day for day in days if day.isoformat() == wanted), days[0])


def show_day(request: PatientRequest, own: Own, day: date, form: DayForm) -> HttpResponse:
    """The page of one day. While an alarm is open it holds no exercise, only whom to call."""
    if own.paused_by is not None:
        paused = {"is_emergency": own.paused_by == Urgency.EMERGENCY}
        return render(request, "intake/patient/programme_paused.html", paused)
    kept = own.days.get(day, Day(day))
    days = editable_days(own.since, today(request))
    light = own.handout.rule.light(kept.during, kept.following)
    context: dict[str, Any] = {
        "handout": own.handout,
        "day": day,
        "is_today": day == days[0],
        "days": [(each, own.days.get(each)) for each in days],
        "blocks": [(block, is_ticked(form, kept, block.id)) for block in own.handout.blocks],
        "scales": scales_of(form, kept, with_morning=day != days[0]),
        "form": form,
        "is_saved": "saved" in request.GET and not form.is_bound,
        "light": light,
        "light_text": own.handout.lights[light] if light else "",
        "morning_of": morning_owed(own, days, day),
    }
    status = 422 if form.errors else 200
    return render(request, "intake/patient/programme.html", context, status=status)


def is_ticked(form: DayForm, kept: Day, id: str) -> bool:
    """As typed, else as kept."""
    return id in ((form["done"].value() or ()) if form.is_bound else kept.done)


def scales_of(form: DayForm, kept: Day, *, with_morning: bool) -> list[dict[str, Any]]:
    """The pain scales of a day; the morning after is asked once it has come."""
    found = []
    for name in ("during", "following") if with_morning else ("during",):
        value = form[name].value() if form.is_bound else getattr(kept, name)
        error = form.errors.get(name, [""])[0]
        steps = [(number, str(number) == str(value)) for number in range(11)]
        found.append({"name": name, "steps": steps, "error": error})
    return found


def morning_owed(own: Own, days: tuple[date, ...], shown: date) -> date | None:
    """Yesterday, when something was done and nobody has said how the morning was."""
    if len(days) < 2 or shown != days[0]:
        return None
    before = own.days.get(days[1])
    return days[1] if before and before.done and before.following is None else None


@patient("GET", purpose=Purpose.PROGRAMME)
def exercises(request: PatientRequest) -> HttpResponse:
    """The handout."""
    own = get_own(request.invitation_id, request.clinic.zone)
    if own is None or own.is_paused:
        return redirect("programme")
    record(by=request.actor, action="read", subject=own.programme)
    return render(request, "intake/patient/handout.html", paper_of(own))


@patient("GET", purpose=Purpose.PROGRAMME)
def copy(request: PatientRequest) -> HttpResponse:
    """The handout as a PDF."""
    own = get_own(request.invitation_id, request.clinic.zone)
    if own is None or own.is_paused:
        return redirect("programme")
    record(by=request.actor, action="copied", subject=own.programme)
    sheet = as_sheet(request, paper_of(own))
    return sheet or render(
        request, "intake/patient/handout.html", paper_of(own) | {"has_copy": False}
    )


def paper_of(own: Own) -> dict[str, Any]:
    """What the handout is drawn from."""
    return {
        "handout": own.handout,
        "given_at": own.programme.given_at,
        "reference": own.reference,
        "back_url": reverse("programme"),
        "copy_url": "exercises_copy",
        "visit_id": None,
        "has_copy": True,
    }

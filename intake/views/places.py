"""What each place on the body chart is like: one light page after the chart, free to skip."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.views.pages import remember
from intake.chart import chosen_places, feelings, get_chart
from intake.commands.places import describe_places
from intake.commands.responses import AlreadySubmitted
from intake.forms.places import PlacesForm
from intake.guards import patient
from intake.queries.pages import Draft, get_draft
from intake.queries.places import list_places
from intake.requests import PatientRequest
from intake.rules.pages import page_of
from intake.views.pages import (
    came_from_check,
    following,
    language_of,
    own_response,
    sent_already,
    today,
)


@patient("GET", "POST")
def places(request: PatientRequest) -> HttpResponse:
    """Each chosen place: what it feels like, and how strong."""
    response = own_response(request)
    if response is None:
        return redirect("intake")
    if response.is_submitted:
        return sent_already(request)
    draft = get_draft(response, today(request))
    if not chosen_places(draft.questionnaire, draft.saved):
        return redirect("intake")
    return save(request, draft) if request.method == "POST" else show(request, draft)


def save(request: PatientRequest, draft: Draft) -> HttpResponse:
    """Keep what was ticked, and go on."""
    form = PlacesForm(
        places=chosen_places(draft.questionnaire, draft.saved),
        feelings=feelings(draft.questionnaire),
        data=request.POST,
    )
    if not form.is_valid():
        return show(request, draft, form)
    try:
        describe_places(
            by=request.actor,
            at=timezone.now(),
            response_id=draft.response.pk,
            details=form.details,
            language=language_of(request),
        )
    except AlreadySubmitted:
        return sent_already(request)
    if chosen := request.POST.get("language"):
        return remember(redirect(request.get_full_path()), chosen)
    return redirect(way_on(request, draft))


def way_on(request: PatientRequest, draft: Draft) -> str:
    """Back to the check, or on with the page after the chart's."""
    chart_page = draft.page(page_of(draft.questionnaire, get_chart().item))
    if came_from_check(request) or chart_page is None:
        return reverse("check")
    return following(draft, chart_page)


def show(request: PatientRequest, draft: Draft, form: PlacesForm | None = None) -> HttpResponse:
    """Draw the page."""
    said, typed = draft.response.places or {}, form.typed() if form else None
    shown = list_places(draft.questionnaire, draft.saved, said, language_of(request), typed)
    chart_page = page_of(draft.questionnaire, get_chart().item)
    return render(
        request,
        "intake/patient/places.html",
        {
            "places": shown,
            "errors": [
                {"href": f"#{question.options[0].id}", "text": question.error}
                for place in shown
                for question in (place.feel, place.strength)
                if question.error
            ],
            "back_url": reverse("page", args=[chart_page]),
            "skip_url": way_on(request, draft),
            "action": request.get_full_path(),
            "answers_form": "answers",
        },
        status=422 if form else 200,
    )

"""The intake itself: notice, pages, warnings."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.views.pages import remember
from intake.chart import chosen_places, get_chart
from intake.commands import responses
from intake.forms.answers import AnswersForm
from intake.guards import patient
from intake.models import PatientMessage, Response
from intake.queries.pages import Draft, get_draft, get_page, list_errors, next_url
from intake.queries.questions import first_control
from intake.queries.sheets import first_url
from intake.requests import PatientRequest
from intake.rules.pages import Page


def today(request: PatientRequest) -> date:
    """The date at the clinic."""
    return timezone.localdate(timezone=request.clinic.zone)


def own_response(request: PatientRequest) -> Response | None:
    """The response of this link, None before it is begun. For a POST it is locked at once."""
    responses = Response.objects.of_invitation(request.invitation_id).with_pack()
    if request.method == "POST":
        responses = responses.select_for_update()
    return next(iter(responses), None)


def language_of(request: PatientRequest) -> str:
    """The language of this page."""
    return request.LANGUAGE_CODE


@patient("GET")
def intake(request: PatientRequest) -> HttpResponse:
    """Where this patient goes on."""
    response = own_response(request)
    if response is None:
        return redirect("notice")
    if response.is_submitted:
        return redirect("receipt")
    if unread(response):
        return redirect("warning")
    return redirect(next_url(get_draft(response, today(request))))


@patient("GET", "POST")
def page(request: PatientRequest, key: str) -> HttpResponse:
    """One page of questions: shown with what is saved, saved as it is left."""
    response = own_response(request)
    if response is None or response.is_submitted:
        return redirect("intake") if response is None else sent_already(request)
    draft = get_draft(response, today(request))
    asked = draft.page(key)
    if asked is None:
        return redirect("intake")
    if request.method == "POST":
        return save(request, draft, asked)
    return show(request, draft, asked)


def save(request: PatientRequest, draft: Draft, asked: Page) -> HttpResponse:
    """Keep every valid answer, then go on, or show what is wrong with the others."""
    form = AnswersForm(
        questionnaire=draft.questionnaire, items=asked.items, saved=draft.saved, data=request.POST
    )
    is_whole = form.is_valid()
    try:
        response = responses.save_answers(
            by=request.actor,
            at=timezone.now(),
            response_id=draft.response.pk,
            held=draft.response,
            page=responses.Page(form.asked, form.answers, frozenset(form.declined)),
            language=language_of(request),
            today=today(request),
        )
    except responses.AlreadySubmitted:
        return sent_already(request)
    now = get_draft(response, today(request))
    if chosen := request.POST.get("language"):
        return remember(redirect(request.get_full_path()), chosen)
    if not is_whole:
        return show(request, now, asked, form)
    return redirect(way_on(request, now, asked))


def way_on(request: PatientRequest, draft: Draft, asked: Page) -> str:
    """Follow-ups of this page first, then a warning, then the next page or the check."""
    here = draft.page(asked.key)
    opened = [item for item in draft.missing() if here and item in here.items]
    if here and opened:
        view = get_page(draft, here, language_of(request))
        target = next(q for q in view.questions if q.name == opened[0].link_id)
        query = "?from=check" if came_from_check(request) else ""
        return f"{reverse('page', args=[asked.key])}{query}#{first_control(target)}"
    if tell(request, draft):
        return reverse("warning")
    if came_from_check(request):
        return reverse("check")
    return page_after(draft, asked)


def came_from_check(request: PatientRequest) -> bool:
    """Whether the page was opened by "Change"."""
    return request.GET.get("from") == "check"


def page_after(draft: Draft, asked: Page) -> str:
    """After the body chart the page about its places, then the next page in order."""
    has_chart = any(item.link_id == get_chart().item for item in asked.items)
    if has_chart and chosen_places(draft.questionnaire, draft.saved):
        return reverse("places")
    return following(draft, asked)


def following(draft: Draft, asked: Page) -> str:
    """The next page in order; after the last one the instruments, then the check."""
    keys = [page.key for page in draft.pages]
    position = keys.index(asked.key) + 1 if asked.key in keys else len(keys)
    if position < len(keys):
        return reverse("page", args=[keys[position]])
    return first_url(draft.response) or reverse("check")


def show(
    request: PatientRequest, draft: Draft, asked: Page, form: AnswersForm | None = None
) -> HttpResponse:
    """Draw a page."""
    view = get_page(draft, asked, language_of(request), form.refused() if form else None)
    return render(
        request,
        "intake/patient/page.html",
        {
            "page": view,
            "errors": list_errors(view),
            "new_question": None if form else new_question(draft, asked),
            # Without it the form goes to the address with its fragment, and the next page has it.
            "action": request.get_full_path(),
            "answers_form": "answers",
        },
        status=422 if form else 200,
    )


def new_question(draft: Draft, asked: Page) -> str | None:
    """The first open question of a page of which others are answered."""
    is_begun = any(item.link_id in draft.saved.values for item in asked.items)
    opened = [item.link_id for item in draft.missing() if item in asked.items]
    return opened[0] if is_begun and opened else None


def tell(request: PatientRequest, draft: Draft) -> PatientMessage | None:
    """What the patient has to read before going on."""
    clinic = request.clinic
    return responses.tell(
        by=request.actor,
        at=timezone.now(),
        response=draft.response,
        language=language_of(request),
        today=today(request),
        numbers={
            "emergency_number": clinic.emergency_number,
            "urgent_line": clinic.urgent_line,
            "clinic_phone": clinic.phone,
        },
    )


def unread(response: Response) -> PatientMessage | None:
    """The message that waits to be confirmed."""
    waiting = PatientMessage.objects.filter(response=response, confirmed_at=None)
    return waiting.order_by("-urgency", "-shown_at").first()


@patient("GET", "POST")
def warning(request: PatientRequest) -> HttpResponse:
    """The message of a red flag; going on confirms that it was read."""
    response = own_response(request)
    message = unread(response) if response else None
    if response is None or message is None:
        return redirect("intake")
    if request.method == "POST":
        responses.confirm_message(
            by=request.actor,
            at=timezone.now(),
            response=response,
        )
        return redirect("intake")
    shown = {"urgency": message.get_urgency_display(), "text": message.text}
    return render(request, "intake/patient/warning.html", {"message": shown})


def sent_already(request: PatientRequest) -> HttpResponse:
    """Back after sending: nothing can be changed any more, and the page says so."""
    return render(request, "intake/patient/sent_already.html", status=409)

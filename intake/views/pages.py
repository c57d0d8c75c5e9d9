"""The intake itself: notice, pages, warnings."""

from dataclasses import replace
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from clinic.views.pages import remember
from intake.chart import chosen_places, get_chart
from intake.commands import resending, responses
from intake.forms.answers import AnswersForm
from intake.forms.drawn import Drawn
from intake.guards import keep_typed, patient
from intake.merging import Seen, mark
from intake.models import PatientMessage, Response
from intake.queries.pages import Draft, get_draft, get_page, list_errors, next_url
from intake.queries.questions import Refused, first_control
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
    if request.method == "POST" and is_of_another(request, response):
        return keep_typed(request)
    if response is None or response.is_submitted:
        return redirect("intake") if response is None else sent_already(request)
    draft = get_draft(response, today(request))
    if request.method == "POST":
        return save(request, draft, key)
    asked = draft.page(key)
    return show(request, draft, asked) if asked else redirect("intake")


def is_of_another(request: PatientRequest, response: Response | None) -> bool:
    """Whether the page was drawn for another intake, whose link this browser had opened before."""
    seen = Seen.read(request.POST.get("seen", ""))
    return bool(seen.of) and (response is None or seen.of != mark(response.pk))


def save(request: PatientRequest, draft: Draft, key: str) -> HttpResponse:
    """Keep every valid answer, then go on, or show what is wrong with the others."""
    drawn = Drawn.read(request.POST, draft, key)
    form = AnswersForm(
        questionnaire=draft.questionnaire,
        items=drawn.items,
        saved=draft.saved,
        data=request.POST,
        moved_on=drawn.moved_on(draft),
    )
    form.is_valid()
    try:
        merged = merge_page(request, draft, form, drawn)
    except responses.AlreadySubmitted:
        return sent_already(request)
    form.differ(merged.differing)
    now = get_draft(merged.response, today(request))
    refused = replace(form.refused(), differing=merged.differing, stamps=drawn.seen.stamps)
    if "later" in request.POST:
        return send_link(request)
    if chosen := request.POST.get("language"):
        return switch(request, now, key, chosen, refused)
    asked = now.page(key)
    if form.errors and asked:
        return show(request, now, asked, refused)
    return redirect(way_on(request, now, key))


def merge_page(
    request: PatientRequest, draft: Draft, form: AnswersForm, drawn: Drawn
) -> responses.Merged:
    """Save what the form could take, answer by answer. Raises AlreadySubmitted."""
    return responses.merge_answers(
        by=request.actor,
        at=timezone.now(),
        held=draft.response,
        page=responses.Page(form.asked, form.answers, frozenset(form.declined)),
        seen=drawn.seen,
        language=language_of(request),
        today=today(request),
    )


def switch(
    request: PatientRequest, draft: Draft, key: str, chosen: str, refused: Refused
) -> HttpResponse:
    """The same page in another language; what was typed and could not be taken stays on it."""
    asked = draft.page(key)
    if not refused.unsaved() or asked is None or chosen not in dict(settings.LANGUAGES):
        return remember(redirect(request.get_full_path()), chosen)
    with translation.override(chosen):
        request.LANGUAGE_CODE = chosen
        return remember(show(request, draft, asked, refused), chosen)


def send_link(request: PatientRequest) -> HttpResponse:
    """Send the patient's own link again, and say so."""
    resending.send_again(by=request.actor, at=timezone.now(), invitation_id=request.invitation_id)
    return redirect("later")


def way_on(request: PatientRequest, draft: Draft, key: str) -> str:
    """Follow-ups of this page first, then a warning, then the next page or the check."""
    here = draft.page(key)
    opened = [item for item in draft.missing() if here and item in here.items]
    if here and opened:
        view = get_page(draft, here, language_of(request))
        target = next(q for q in view.questions if q.name == opened[0].link_id)
        query = "?from=check" if came_from_check(request) else ""
        return f"{reverse('page', args=[key])}{query}#{first_control(target)}"
    if tell(request, draft):
        return reverse("warning")
    if came_from_check(request):
        return reverse("check")
    return page_after(draft, key)


def came_from_check(request: PatientRequest) -> bool:
    """Whether the page was opened by "Change"."""
    return request.GET.get("from") == "check"


def page_after(draft: Draft, key: str) -> str:
    """After the body chart the page about its places; from a page that is gone what is open."""
    here = draft.page(key)
    if here is None:
        return next_url(draft)
    has_chart = any(item.link_id == get_chart().item for item in here.items)
    if has_chart and chosen_places(draft.questionnaire, draft.saved):
        return reverse("places")
    return following(draft, here)


def following(draft: Draft, asked: Page) -> str:
    """The next page in order; after the last one the instruments, then the check."""
    keys = [page.key for page in draft.pages]
    position = keys.index(asked.key) + 1 if asked.key in keys else len(keys)
    if position < len(keys):
        return reverse("page", args=[keys[position]])
    return first_url(draft.response) or reverse("check")


def show(
    request: PatientRequest, draft: Draft, asked: Page, refused: Refused | None = None
) -> HttpResponse:
    """Draw a page."""
    view = get_page(draft, asked, language_of(request), refused)
    return render(
        request,
        "intake/patient/page.html",
        {
            "page": view,
            "errors": list_errors(view),
            "new_question": None if refused else new_question(draft, asked),
            # Without it the form goes to the address with its fragment, and the next page has it.
            "action": request.get_full_path(),
            "answers_form": "answers",
            "save_url": reverse("save", args=[asked.key]),
        },
        status=422 if refused else 200,
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

"""The intake itself: notice, pages, warnings."""

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.chart import chosen_places, get_chart
from intake.commands import responses, telling
from intake.commands.contradictions import ask_birth_date
from intake.forms.answers import AnswersForm
from intake.forms.drawn import Drawn
from intake.guards import patient
from intake.merging import Kept, Merge
from intake.misfits import BIRTH_DATE, is_other_date
from intake.models import PatientMessage, Response, Urgency
from intake.queries.messages import unread
from intake.queries.pages import Draft, get_draft, get_page, next_url
from intake.queries.questions import Refused, first_control
from intake.queries.returning import get_confirmed, get_offer, prefilled, rest_of
from intake.queries.sheets import first_url
from intake.requests import PatientRequest
from intake.rules.pages import Page, page_of
from intake.views.filling import (
    came_from_check,
    draw,
    fill,
    language_of,
    open_response,
    own_response,
    today,
)
from intake.views.last import is_offered_last, is_whole, last_of, show_offer
from intake.wording import written_date

# Whoever fills in the form has given the date on file at the link: this tells nobody else of it.
ODD_DATE = _(
    "This is not the date of birth we have. Please check it. If it is right, press Continue."
)


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
    if is_offered_last(request, response):
        return redirect("again")
    return redirect(next_url(get_draft(response, today(request))))


@patient("GET", "POST")
def page(request: PatientRequest, key: str) -> HttpResponse:
    """One page of questions: shown with what is saved, saved as it is left."""
    response = open_response(request)
    if isinstance(response, HttpResponse):
        return response
    return fill(request, open_page(request, response, key))


def open_page(request: PatientRequest, response: Response, key: str) -> "QuestionPaper":
    """One of our own pages."""
    return QuestionPaper(request, get_draft(response, today(request)), key)


@dataclass(frozen=True)
class QuestionPaper:
    """A page of our own questions."""

    request: PatientRequest
    draft: Draft
    key: str

    @property
    def kept(self) -> Kept:
        return self.draft.response.kept

    @property
    def names(self) -> tuple[str, ...]:
        asked = self.draft.page(self.key)
        return tuple(item.link_id for item in asked.items) if asked else ()

    def read(self, drawn: Drawn, *, is_typing: bool) -> AnswersForm:
        """Also questions that are no longer shown, where the window still had them."""
        draft = self.draft
        return AnswersForm(
            questionnaire=draft.questionnaire,
            items=[
                item
                for item in draft.questionnaire.items
                if item.link_id in drawn.names
                and page_of(draft.questionnaire, item.link_id) == self.key
            ],
            saved=draft.saved,
            data=self.request.POST,
            moved_on=drawn.moved_on(self.kept),
            is_typing=is_typing,
        )

    def keep(self, form: AnswersForm, drawn: Drawn) -> Merge:
        return responses.merge_answers(
            by=self.request.actor,
            at=timezone.now(),
            held=self.draft.response,
            page=responses.Page(form.asked, form.answers, frozenset(form.declined)),
            seen=drawn.seen,
            language=language_of(self.request),
            today=today(self.request),
        )

    def again(self) -> "QuestionPaper":
        return replace(self, draft=get_draft(self.draft.response, today(self.request)))

    def show(self, refused: Refused | None = None) -> HttpResponse:
        asked = self.draft.page(self.key)
        if asked is None:
            return redirect("intake")
        request, draft, language = self.request, self.draft, language_of(self.request)
        last, kept = last_of(request, draft), get_confirmed(draft, asked, language)
        if not is_whole(request):
            rest = rest_of(draft, asked, refused)
            offer = get_offer(draft, self.key, last, language) or (None if rest.items else kept)
            if offer and refused is None:
                return show_offer(request, draft, asked, offer, page_after(draft, self.key))
            asked = rest if rest.items else asked
        filled = prefilled(draft, self.key, last)
        return draw(
            self,
            request,
            "intake/patient/page.html",
            get_page(draft, asked, language, refused, filled),
            refused,
            new_question=None if refused else new_question(draft, asked),
            kept=None if is_whole(request) else kept,
            filled_on=written_date(last.sent_on, language) if last and filled else "",
            odd_date=str(ODD_DATE) if has_odd_date(draft, asked, is_asked=True) else "",
        )

    def way_on(self, drawn: Drawn) -> str:
        return way_on(self.request, self.draft, self.key)

    def warning(self) -> str:
        return warning_now(self.request, self.draft, self.key)

    def must_read(self) -> bool:
        return tell(self.request, self.draft) is not None


def way_on(request: PatientRequest, draft: Draft, key: str) -> str:
    """Follow-ups of this page first, then a warning, then the next page or the check."""
    here = draft.page(key)
    opened = [item for item in draft.missing() if here and item in here.items]
    if here and opened:
        view = get_page(draft, here, language_of(request))
        target = next(q for q in view.questions if q.name == opened[0].link_id)
        return page_again(request, key, first_control(target))
    if tell(request, draft):
        return reverse("warning")
    if here and has_odd_date(draft, here, is_asked=False):
        ask_birth_date(
            by=request.actor,
            at=timezone.now(),
            held=draft.response,
            question=str(ODD_DATE),
            language=language_of(request),
        )
        return page_again(request, key, "odd-date")
    if came_from_check(request):
        return reverse("check")
    return page_after(draft, key)


def page_again(request: PatientRequest, key: str, place: str) -> str:
    """The page as it was opened, scrolled to a place on it."""
    query = f"?from={request.GET['from']}" if is_whole(request) else ""
    return f"{reverse('page', args=[key])}{query}#{place}"


def has_odd_date(draft: Draft, here: Page, *, is_asked: bool) -> bool:
    """Whether this page holds a birth date other than the one on file, asked about or not yet."""
    response = draft.response
    return (
        any(item.link_id in BIRTH_DATE.items for item in here.items)
        and (BIRTH_DATE.id in (response.contradictions or {})) is is_asked
        and is_other_date(draft.saved, response.patient.birth_date)
    )


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


def new_question(draft: Draft, asked: Page) -> str | None:
    """The first open question of a page of which others are answered."""
    is_begun = any(item.link_id in draft.saved.values for item in asked.items)
    opened = [item.link_id for item in draft.missing() if item in asked.items]
    return opened[0] if is_begun and opened else None


def tell(request: PatientRequest, draft: Draft) -> PatientMessage | None:
    """What the patient has to read before going on."""
    clinic = request.clinic
    return telling.tell(
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


def warning_now(request: PatientRequest, draft: Draft, key: str) -> str:
    """The message of an emergency, as soon as nothing more is asked on this page about it."""
    if draft.response.urgency < Urgency.EMERGENCY:
        return ""
    here = draft.page(key)
    if here and any(item in here.items for item in draft.missing()):
        return ""
    message = tell(request, draft)
    if message is None or message.urgency < Urgency.EMERGENCY:
        return ""
    shown = {"urgency": message.get_urgency_display(), "text": message.text}
    return render_to_string(
        "intake/patient/warning_now.html", {"message": shown, "clinic": request.clinic}
    )


@patient("GET", "POST")
def warning(request: PatientRequest) -> HttpResponse:
    """The message of a red flag; going on confirms that it was read."""
    response = own_response(request)
    message = unread(response) if response else None
    if response is None or message is None:
        return redirect("intake")
    if request.method == "POST":
        telling.confirm(
            by=request.actor,
            at=timezone.now(),
            response=response,
        )
        return redirect("intake")
    shown = {"urgency": message.get_urgency_display(), "text": message.text}
    return render(request, "intake/patient/warning.html", {"message": shown})

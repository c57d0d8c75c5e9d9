"""A page that is filled in, whatever it asks: our questions, places of the chart, an instrument.

Left with "Continue" here; what is typed on it is saved in `saving`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from clinic.views.pages import remember
from intake.commands import resending
from intake.forms.drawn import Drawn
from intake.guards import keep_typed
from intake.merging import Kept, Merge, Seen, mark
from intake.models import Response
from intake.models.responses import responses_of_link
from intake.queries.pages import View, list_errors
from intake.queries.questions import Refused
from intake.requests import PatientRequest


class Filled(Protocol):
    """A form of one page; see `PageForm`."""

    @property
    def errors(self) -> Mapping[str, Any]: ...
    def is_valid(self) -> bool: ...
    def refused(self) -> Refused: ...
    def differ(self, names: Collection[str]) -> None: ...


class Paper(Protocol):
    """One page of an open intake as it stands now. `names` are its questions, none if it is gone.

    `keep` is given the form that `read` made.
    """

    @property
    def key(self) -> str: ...
    @property
    def kept(self) -> Kept: ...
    @property
    def names(self) -> Collection[str]: ...
    def read(self, drawn: Drawn, *, is_typing: bool) -> Any: ...
    def keep(self, form: Any, drawn: Drawn) -> Merge: ...
    def again(self) -> "Paper": ...
    def show(self, refused: Refused | None = None) -> HttpResponse: ...
    def way_on(self, drawn: Drawn) -> str: ...
    def warning(self) -> str: ...
    def must_read(self) -> bool: ...


def today(request: PatientRequest) -> date:
    """The date at the clinic."""
    return timezone.localdate(timezone=request.clinic.zone)


def language_of(request: PatientRequest) -> str:
    """The language of this page."""
    return request.LANGUAGE_CODE


def own_response(request: PatientRequest) -> Response | None:
    """The response of this link, None before it is begun. For a POST it is locked at once."""
    return responses_of_link.first(request.method == "POST", invitation=request.invitation_id)


def is_of_another(request: PatientRequest, response: Response | None) -> bool:
    """Whether the page was drawn for another intake, whose link this browser had opened before."""
    seen = Seen.read(request.POST.get("seen", ""))
    return bool(seen.of) and (response is None or seen.of != mark(response.pk))


def open_response(request: PatientRequest) -> Response | HttpResponse:
    """What can be filled in, else an answer: typed for somebody else, not begun, sent."""
    response = own_response(request)
    if request.method == "POST" and is_of_another(request, response):
        return keep_typed(request)
    if response is None:
        return redirect("intake")
    return sent_already(request) if response.is_submitted else response


def sent_already(request: PatientRequest) -> HttpResponse:
    """Back after sending: nothing can be changed any more, and the page says so."""
    return render(request, "intake/patient/sent_already.html", status=409)


def came_from_check(request: PatientRequest) -> bool:
    """Whether the page was opened by "Change"."""
    return request.GET.get("from") == "check"


def fill(request: PatientRequest, paper: Paper) -> HttpResponse:
    """Show a page, or keep what was sent of it; a page that is gone leads on."""
    if request.method == "POST":
        return leave(request, paper)
    return paper.show() if paper.names else redirect("intake")


def leave(request: PatientRequest, paper: Paper) -> HttpResponse:
    """Keep every valid answer, then go on, or show what is wrong with the others."""
    drawn = Drawn.read(request.POST, paper.names)
    form, merged = take(paper, drawn)
    form.differ(merged.differing)

    def refuse() -> Refused:
        """In the language of the moment: the words of an error are looked up here."""
        return replace(form.refused(), differing=merged.differing, stamps=drawn.seen.stamps)

    now, refused = paper.again(), refuse()
    if "later" in request.POST:
        return finish_later(request, now, refused)
    if chosen := request.POST.get("language"):
        return switch(request, now, chosen, refuse)
    if (more := request.POST.get("more", "")) and now.names:
        return now.show(refused.with_row(more))
    if form.errors and now.names:
        return now.show(refused)
    return redirect(now.way_on(drawn))


def take(paper: Paper, drawn: Drawn, *, is_typing: bool = False) -> tuple[Filled, Merge]:
    """Save what the form can take, answer by answer."""
    form = paper.read(drawn, is_typing=is_typing)
    form.is_valid()
    return form, paper.keep(form, drawn)


def switch(
    request: PatientRequest, paper: Paper, chosen: str, refuse: Callable[[], Refused]
) -> HttpResponse:
    """The same page in another language; what was typed and could not be taken stays on it."""
    if not refuse().unsaved() or not paper.names or chosen not in dict(settings.LANGUAGES):
        return remember(redirect(request.get_full_path()), chosen)
    with translation.override(chosen):
        request.LANGUAGE_CODE = chosen
        return remember(paper.show(refuse().only_typed()), chosen)


def finish_later(request: PatientRequest, paper: Paper, refused: Refused) -> HttpResponse:
    """Not before everything typed is kept, nor past a message that has to be read now."""
    if refused.unsaved() and paper.names:
        return paper.show(refused.only_typed())
    sent = send_link(request)
    return redirect("warning") if paper.must_read() else sent


def draw(
    paper: Paper,
    request: PatientRequest,
    template: str,
    view: View,
    refused: Refused | None,
    **more: Any,
) -> HttpResponse:
    """The page with what every page that is filled in needs."""
    context = {
        "page": view,
        "errors": list_errors(view),
        # Without it the form goes to the address with its fragment, and the next page has it.
        "action": request.get_full_path(),
        "answers_form": "answers",
        "save_url": reverse("save", args=[paper.key]),
        **more,
    }
    return render(request, template, context, status=422 if refused and refused.errors else 200)


def send_link(request: PatientRequest) -> HttpResponse:
    """Send the patient's own link again, and say so."""
    resending.send_again(by=request.actor, at=timezone.now(), invitation_id=request.invitation_id)
    return redirect("later")

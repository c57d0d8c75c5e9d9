"""Where the pages of this time meet last time's answers."""

from django.http import HttpResponse
from django.shortcuts import render

from intake.guards import sees_last
from intake.models import Response
from intake.queries.pages import Draft, get_page
from intake.queries.returning import Last, Offer, get_last, has_address
from intake.requests import PatientRequest
from intake.rules.pages import Page


def is_offered_last(request: PatientRequest, response: Response) -> bool:
    """Whether to ask about last time: there was one, nothing was said of it, a code can be sent."""
    if response.previous_id is None or response.again or response.is_submitted:
        return False
    if request.way != "link" or response.way != "link":
        return False
    return sees_last(request, response) or has_address(response.patient_id)


def last_of(request: PatientRequest, draft: Draft) -> Last | None:
    """Last time's answers, for whoever may see them."""
    return get_last(draft, request.clinic.zone) if sees_last(request, draft.response) else None


def is_whole(request: PatientRequest) -> bool:
    """Whether every question of the page is wanted, also what was told before and is still true."""
    return request.GET.get("from") in ("check", "still")


def show_offer(
    request: PatientRequest, draft: Draft, asked: Page, offer: Offer, next_url: str
) -> HttpResponse:
    """What was told last time: still true, or to be changed."""
    page = get_page(draft, asked, request.LANGUAGE_CODE)
    context = {"page": page, "offer": offer, "next_url": next_url}
    return render(request, "intake/patient/still.html", context)

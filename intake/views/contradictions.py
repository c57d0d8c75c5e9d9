"""Between the check and the signature: answers that do not fit together, asked about once."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from intake.commands.contradictions import answer_contradictions
from intake.guards import patient
from intake.queries.contradictions import list_pairs, list_unasked
from intake.queries.pages import Draft, change_url, get_draft
from intake.requests import PatientRequest
from intake.views.filling import language_of, own_response, sent_already, today


@patient("GET", "POST")
def fit(request: PatientRequest) -> HttpResponse:
    """Both answers and a kind question; leaving them as they are is fine."""
    response = own_response(request)
    if response is None:
        return redirect("intake")
    if response.is_submitted:
        return sent_already(request)
    draft = get_draft(response, today(request))
    if draft.missing():
        return redirect("check")
    if not list_unasked(draft):
        return redirect("sign")
    if request.method == "POST":
        return leave_or_change(request, draft)
    pairs = list_pairs(draft, language_of(request))
    return render(request, "intake/patient/fit.html", {"pairs": pairs})


def leave_or_change(request: PatientRequest, draft: Draft) -> HttpResponse:
    """To one of the answers, or on to the signature with all of them as they are."""
    wanted = request.POST.get("change", "")
    unasked = list_unasked(draft)
    ids = {one.id for one in unasked if not wanted or wanted in one.items}
    answer_contradictions(
        by=request.actor,
        at=timezone.now(),
        response_id=draft.response.pk,
        ids=ids,
        is_left=not wanted,
        language=language_of(request),
        today=today(request),
    )
    for page in draft.pages:
        for item in page.items:
            if item.link_id == wanted:
                return redirect(change_url(page, item))
    return redirect("sign")

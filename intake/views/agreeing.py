"""The clinic's notice: who agrees to it, and whether they may do so alone."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from intake.commands import beginning
from intake.forms.patients import ConsentForm
from intake.guards import patient
from intake.models import Invitation
from intake.queries.notices import get_words
from intake.requests import PatientRequest
from intake.rules.derived import whole_years
from intake.views.filling import language_of, today


@patient("GET", "POST")
def notice(request: PatientRequest) -> HttpResponse:
    """The clinic's notice; agreeing begins the response."""
    text = get_words(request.clinic, "notice", language_of(request))
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        context = {"notice": text, "form": form, "errors": list_errors(form)}
        return render(request, "intake/patient/notice.html", context, status=status)
    invitations = Invitation.objects.select_related("patient", "clinic")
    invitation = get_object_or_404(invitations, pk=request.invitation_id)
    role, assent = form.cleaned_data["role"], form.cleaned_data["assent"]
    is_young = is_too_young(request, invitation)
    if is_young and role == "self" and not assent:
        return render(request, "intake/patient/adult.html", {"age": request.clinic.age_of_consent})
    beginning.begin(
        by=request.actor,
        at=timezone.now(),
        invitation=invitation,
        notice=text,
        language=language_of(request),
        agreement=beginning.Agreement(
            role=role,
            assent=assent if is_young and role == "self" else "",
            way=request.link_session.way,
        ),
    )
    return redirect("intake")


def list_errors(form: ConsentForm) -> list[dict[str, str]]:
    """The error summary: to the first of the roles, or to the box."""
    return [
        {"href": "#role-self" if name == "role" else "#agree", "text": str(message)}
        for name, messages in form.errors.items()
        for message in messages
    ]


def is_too_young(request: PatientRequest, invitation: Invitation) -> bool:
    """By the birth date on file: under the age at which this clinic lets somebody agree alone."""
    years = whole_years(invitation.patient.birth_date, today(request))
    return years < request.clinic.age_of_consent

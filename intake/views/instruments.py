"""The pages of instruments, after our own questions and before the check."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.views.pages import remember
from intake.commands import instruments
from intake.forms.instruments import SheetForm
from intake.guards import patient
from intake.models import Response
from intake.queries.instruments import Sheet, SheetPage, list_sheets
from intake.queries.pages import get_draft, list_errors
from intake.queries.questions import first_control
from intake.queries.sheets import SheetView, all_pages, get_sheet_view, more_url, name_of
from intake.requests import PatientRequest
from intake.views.pages import came_from_check, language_of, own_response, sent_already, today


@patient("GET", "POST")
def more(request: PatientRequest, key: str) -> HttpResponse:
    """One page of an instrument: shown with what is saved, saved as it is left."""
    response = own_response(request)
    if response is None or response.is_submitted:
        return redirect("intake") if response is None else sent_already(request)
    sheet, page = find(response, key)
    if sheet is None or page is None:
        return redirect("intake")
    if request.method == "POST":
        return save(request, response, sheet, page)
    return show(request, response, sheet, page)


def find(response: Response, key: str) -> tuple[Sheet | None, SheetPage | None]:
    """The instrument and its page, None for what is not shown."""
    for sheet in list_sheets(response):
        for page in sheet.pages:
            if page.key == key:
                return sheet, page
    return None, None


def save(
    request: PatientRequest, response: Response, sheet: Sheet, page: SheetPage
) -> HttpResponse:
    """Keep every valid answer, then go on, or show what is wrong with the others."""
    form = SheetForm(
        form=sheet.form,
        items=page.items,
        saved=sheet.answers,
        language=language_of(request),
        data=request.POST,
    )
    is_whole = form.is_valid()
    try:
        instruments.save_sheet(
            by=request.actor,
            at=timezone.now(),
            sheet_id=sheet.row.pk,
            page=instruments.SheetAnswers(form.asked, form.answers),
            language=language_of(request),
        )
    except instruments.AlreadySubmitted:
        return sent_already(request)
    if chosen := request.POST.get("language"):
        return remember(redirect(request.get_full_path()), chosen)
    if not is_whole:
        return show(request, response, sheet, page, form)
    return redirect(way_on(request, response, page))


def way_on(request: PatientRequest, response: Response, page: SheetPage) -> str:
    """What an answer has just opened on this page, then the next page or the check."""
    sheet, here = find(response, page.key)
    asked = {item.link_id for item in page.items}
    opened = (
        [item for item in here.items if item.is_question and item.link_id not in asked]
        if here
        else []
    )
    if sheet and here and opened:
        view = get_sheet_view(sheet, here, "", language_of(request), None)
        target = next(one for one in view.questions if one.name == name_of(opened[0]))
        query = "?from=check" if came_from_check(request) else ""
        return f"{more_url(page.key)}{query}#{first_control(target)}"
    if came_from_check(request):
        return reverse("check")
    keys = [each.key for each in all_pages(list_sheets(response))]
    position = keys.index(page.key) + 1 if page.key in keys else len(keys)
    return more_url(keys[position]) if position < len(keys) else reverse("check")


def show(
    request: PatientRequest,
    response: Response,
    sheet: Sheet,
    page: SheetPage,
    form: SheetForm | None = None,
) -> HttpResponse:
    """Draw a page."""
    back = back_url(request, response, page)
    refused = form.refused() if form else None
    view = get_sheet_view(sheet, page, back, language_of(request), refused)
    return render(
        request,
        "intake/patient/more.html",
        {
            "page": view,
            "errors": list_errors(view),
            "new_question": None if form else new_question(sheet, page, view),
            "action": request.get_full_path(),
            "answers_form": "answers",
        },
        status=422 if form else 200,
    )


def back_url(request: PatientRequest, response: Response, page: SheetPage) -> str:
    """The page before this one: an instrument's, or the last of ours."""
    keys = [each.key for each in all_pages(list_sheets(response))]
    position = keys.index(page.key) if page.key in keys else 0
    if position:
        return more_url(keys[position - 1])
    return reverse("page", args=[get_draft(response, today(request)).pages[-1].key])


def new_question(sheet: Sheet, page: SheetPage, view: SheetView) -> str | None:
    """The first question that was not there when the page was left before."""
    asked = [item for item in page.items if item.is_question]
    unseen = [item for item in asked if item.link_id not in sheet.row.shown]
    return name_of(unseen[0]) if unseen and len(unseen) < len(asked) else None

"""The pages of instruments, after our own questions and before the check."""

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from intake.commands import instruments
from intake.forms.drawn import Drawn
from intake.forms.instruments import SheetForm
from intake.guards import patient
from intake.merging import Kept, Merge
from intake.models import Response
from intake.queries.instruments import Sheet, SheetPage, list_sheets
from intake.queries.pages import get_draft
from intake.queries.questions import Refused, first_control
from intake.queries.repeats import opened_by
from intake.queries.sheets import all_pages, get_sheet_view, more_url
from intake.requests import PatientRequest
from intake.views.filling import came_from_check, draw, fill, language_of, open_response, today


@patient("GET", "POST")
def more(request: PatientRequest, key: str) -> HttpResponse:
    """One page of an instrument: shown with what is saved, saved as it is left."""
    response = open_response(request)
    if isinstance(response, HttpResponse):
        return response
    paper = open_sheet(request, response, key)
    return fill(request, paper) if paper else redirect("intake")


def open_sheet(request: PatientRequest, response: Response, key: str) -> "SheetPaper | None":
    """The page of an instrument, None for what no form has."""
    sheets = list_sheets(response)
    for sheet in sheets:
        if request.method == "POST":
            sheet = replace(sheet, opened=opened_by(sheet.form, request.POST))
        for page in sheet.every_page:
            if page.key == key:
                return SheetPaper(request, response, sheets, sheet, page)
    return None


@dataclass(frozen=True)
class SheetPaper:
    """A page of an instrument."""

    request: PatientRequest
    response: Response
    sheets: tuple[Sheet, ...]
    sheet: Sheet
    page: SheetPage

    @property
    def key(self) -> str:
        return self.page.key

    @property
    def kept(self) -> Kept:
        return self.sheet.kept

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(item.control for item in self.page.questions)

    def read(self, drawn: Drawn, *, is_typing: bool) -> SheetForm:
        """Also questions that are no longer shown, where the window still had them."""
        return SheetForm(
            form=self.sheet.form,
            items=tuple(item for item in self.page.page.items if item.control in drawn.names),
            saved=self.sheet.answers,
            language=language_of(self.request),
            data=self.request.POST,
            moved_on=drawn.moved_on(self.kept),
            is_typing=is_typing,
        )

    def keep(self, form: SheetForm, drawn: Drawn) -> Merge:
        return instruments.merge_sheet(
            by=self.request.actor,
            at=timezone.now(),
            held=self.response,
            row=self.sheet.row,
            page=instruments.SheetAnswers(form.asked, form.answers),
            seen=drawn.seen,
            language=language_of(self.request),
        )

    def again(self) -> "SheetPaper":
        return open_sheet(self.request, self.response, self.key) or self

    def show(self, refused: Refused | None = None) -> HttpResponse:
        language = language_of(self.request)
        view = get_sheet_view(self.sheet, self.page, self.back_url(), language, refused)
        new = None if refused else new_question(self.sheet, self.page)
        template = "intake/patient/more.html"
        return draw(self, self.request, template, view, refused, new_question=new)

    def back_url(self) -> str:
        """The page before this one: an instrument's, or the last of ours."""
        keys = [each.key for each in all_pages(self.sheets)]
        position = keys.index(self.key) if self.key in keys else 0
        if position:
            return more_url(keys[position - 1])
        ours = get_draft(self.response, today(self.request)).pages
        return reverse("page", args=[ours[-1].key])

    def way_on(self, drawn: Drawn) -> str:
        """What an answer has just opened on this page, then the next page or the check."""
        opened = [name for name in self.names if name not in drawn.on_page]
        if opened:
            view = get_sheet_view(self.sheet, self.page, "", language_of(self.request), None)
            target = next(one for one in view.questions if one.name == opened[0])
            query = "?from=check" if came_from_check(self.request) else ""
            return f"{more_url(self.key)}{query}#{first_control(target)}"
        if came_from_check(self.request):
            return reverse("check")
        keys = [each.key for each in all_pages(self.sheets)]
        position = keys.index(self.key) + 1 if self.key in keys else len(keys)
        return more_url(keys[position]) if position < len(keys) else reverse("check")

    def warning(self) -> str:
        return ""

    def must_read(self) -> bool:
        return False  # no rule reads this page


def new_question(sheet: Sheet, page: SheetPage) -> str | None:
    """The first question that an answer opened after the page was left before."""
    unseen = [item for item in page.questions if item.link_id not in sheet.row.shown]
    is_begun = len(unseen) < len(page.questions)
    return unseen[0].control if unseen and is_begun and unseen[0].conditions else None

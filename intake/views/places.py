"""What each place on the body chart is like: one light page after the chart, free to skip."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from intake.chart import asked_of, chosen_places, every_place, feelings, get_chart
from intake.commands.places import merge_places
from intake.commands.responses import Page
from intake.forms.drawn import Drawn
from intake.forms.places import PlacesForm
from intake.guards import patient
from intake.merging import Kept, Merge
from intake.models import Response
from intake.queries.pages import Draft, get_draft
from intake.queries.places import get_places
from intake.queries.questions import Refused
from intake.requests import PatientRequest
from intake.rules.pages import page_of
from intake.views.filling import came_from_check, draw, fill, language_of, open_response, today
from intake.views.pages import following


@patient("GET", "POST")
def places(request: PatientRequest) -> HttpResponse:
    """Each chosen place: what it feels like, and how strong."""
    response = open_response(request)
    if isinstance(response, HttpResponse):
        return response
    return fill(request, open_places(request, response))


def open_places(request: PatientRequest, response: Response) -> "PlacesPaper":
    """The page about the places that are chosen now."""
    return PlacesPaper(request, get_draft(response, today(request)))


@dataclass(frozen=True)
class PlacesPaper:
    """The page about the chosen places. Nothing on it has to be answered."""

    request: PatientRequest
    draft: Draft
    key: str = "places"

    @property
    def kept(self) -> Kept:
        return self.draft.response.kept_places

    @property
    def names(self) -> tuple[str, ...]:
        chosen = chosen_places(self.draft.questionnaire, self.draft.saved)
        return tuple(name for place in chosen for name in asked_of(place))

    def read(self, drawn: Drawn, *, is_typing: bool) -> PlacesForm:
        """Also of places that are no longer chosen, where the window still had them."""
        known = [
            name for place in every_place(self.draft.questionnaire) for name in asked_of(place)
        ]
        return PlacesForm(
            names=[name for name in known if name in drawn.names],
            feelings=feelings(self.draft.questionnaire),
            data=self.request.POST,
        )

    def keep(self, form: PlacesForm, drawn: Drawn) -> Merge:
        return merge_places(
            by=self.request.actor,
            at=timezone.now(),
            held=self.draft.response,
            page=Page(form.asked, form.answers),
            seen=drawn.seen,
            language=language_of(self.request),
        )

    def again(self) -> "PlacesPaper":
        return self

    def show(self, refused: Refused | None = None) -> HttpResponse:
        draft = self.draft
        language = language_of(self.request)
        view = get_places(draft.questionnaire, draft.saved, draft.response, language, refused)
        template, skip_url = "intake/patient/places.html", way_on(self.request, draft)
        return draw(self, self.request, template, view, refused, skip_url=skip_url)

    def way_on(self, drawn: Drawn) -> str:
        return way_on(self.request, self.draft)

    def warning(self) -> str:
        return ""

    def must_read(self) -> bool:
        return False  # no rule reads this page


def way_on(request: PatientRequest, draft: Draft) -> str:
    """Back to the check, or on with the page after the chart's."""
    chart_page = draft.page(page_of(draft.questionnaire, get_chart().item))
    if came_from_check(request) or chart_page is None:
        return reverse("check")
    return following(draft, chart_page)

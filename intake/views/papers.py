"""A handout on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from intake.paper import Unavailable, as_pdf


def as_sheet(request: HttpRequest, context: dict[str, Any]) -> HttpResponse | None:
    """The PDF; None without the library. Its name says nothing."""
    try:
        sheet = as_pdf(render_to_string("intake/patient/handout_sheet.html", context, request))
    except Unavailable:
        return None
    headers = {"Content-Disposition": 'attachment; filename="previsit.pdf"'}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)

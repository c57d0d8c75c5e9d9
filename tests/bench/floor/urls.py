"""The floor's addresses."""

from django.urls import path

from tests.bench.floor import patients, staff

urlpatterns = [
    path("alive/", staff.alive),
    path("me/", staff.me),
    path("list/", staff.worklist),
    path("brief/<int:visit_id>/", staff.brief),
    path("step/", patients.step),
    path("submit/", patients.submit),
]

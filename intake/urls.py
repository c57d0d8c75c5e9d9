"""Addresses of the intake: the patient's, the therapist's, the desk's."""

from django.urls import path

from intake.views import (
    agreeing,
    blocks,
    briefs,
    contradictions,
    days,
    desk,
    examinations,
    giving,
    handing,
    instruments,
    kiosk,
    learning,
    links,
    misses,
    notes,
    pages,
    places,
    programmes,
    saving,
    sending,
    setting_instruments,
    settings,
    sign_offs,
    unfinished,
)

patient_urls = [
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("kiosk/over/", kiosk.over, name="kiosk_over"),
    path("intake/awake/", kiosk.awake, name="awake"),
    path("i/<str:token>/", links.link, name="link"),
    path("intake/code/", links.code, name="code"),
    path("intake/", pages.intake, name="intake"),
    path("intake/notice/", agreeing.notice, name="notice"),
    path("intake/questions/<slug:key>/", pages.page, name="page"),
    path("intake/more/<slug:key>/", instruments.more, name="more"),
    path("intake/places/", places.places, name="places"),
    path("intake/save/<slug:key>/", saving.save, name="save"),
    path("intake/later/", saving.later, name="later"),
    path("intake/important/", pages.warning, name="warning"),
    path("intake/check/", sending.check, name="check"),
    path("intake/fit/", contradictions.fit, name="fit"),
    path("intake/sign/", sending.sign, name="sign"),
    path("intake/receipt/", sending.receipt, name="receipt"),
    path("intake/receipt/copy/", sending.copy, name="copy"),
    path("programme/", programmes.programme, name="programme"),
    path("programme/code/", links.programme_code, name="programme_code"),
    path("programme/exercises/", programmes.exercises, name="exercises"),
    path("programme/exercises/copy/", programmes.copy, name="exercises_copy"),
]

therapist_urls = [
    path("today/", days.today, name="today"),
    path("visits/<int:visit_id>/", briefs.brief, name="brief"),
    path("visits/<int:visit_id>/sheet/", briefs.sheet, name="sheet"),
    path("visits/<int:visit_id>/scores/", briefs.scores, name="scores"),
    path("visits/<int:visit_id>/tests/<slug:test>/", examinations.result, name="result"),
    path("visits/<int:visit_id>/programme/", giving.programme, name="give"),
    path("visits/<int:visit_id>/programme/handout/", giving.handout, name="handout"),
    path("visits/<int:visit_id>/programme/handout/copy/", giving.copy, name="handout_copy"),
    path("visits/<int:visit_id>/programme/link/", giving.link, name="programme_link"),
    path("visits/<int:visit_id>/programme/end/", giving.end, name="programme_end"),
    path("flags/<uuid:flag_id>/verdict/", briefs.verdict, name="verdict"),
    path("visits/<int:visit_id>/missed/", misses.missed, name="missed"),
    path("misses/<uuid:miss_id>/back/", misses.take_back, name="miss_back"),
    path("learning/", learning.learning, name="learning"),
    path("learning/verdicts.csv", learning.table, name="verdict_table"),
    path("learning/cases/", learning.cases, name="cases"),
    path("visits/<int:visit_id>/note/", notes.note, name="note"),
    path("visits/<int:visit_id>/note/save/", notes.save, name="note_save"),
    path("notes/", unfinished.unsigned, name="unsigned"),
    path("notes/<uuid:note_id>/amend/", notes.amend, name="amend"),
    path("notes/blocks/", blocks.overview, name="blocks"),
    path("notes/blocks/<uuid:block_id>/", blocks.change, name="block"),
]

desk_urls = [
    path("desk/", desk.desk, name="desk"),
    path("desk/search/", desk.search, name="desk_search"),
    path("desk/patients/", desk.create, name="patient_create"),
    path("desk/patients/<int:patient_id>/", desk.patient, name="desk_patient"),
    path("desk/patients/<int:patient_id>/book/", desk.book, name="book"),
    path("desk/visits/<int:visit_id>/invite/", desk.invite, name="invite"),
    path("desk/visits/<int:visit_id>/tablet/", handing.tablet, name="tablet"),
    path("desk/visits/<int:visit_id>/phone/", handing.phone, name="phone"),
    path("desk/visits/<int:visit_id>/cancel/", desk.cancel, name="cancel"),
]

admin_urls = [
    path("settings/", settings.overview, name="settings"),
    path("settings/instruments/", setting_instruments.overview, name="instruments"),
    path("settings/instruments/import/", setting_instruments.keep, name="instrument_import"),
    path("settings/instruments/<uuid:version_id>/", setting_instruments.show, name="instrument"),
    path(
        "settings/instruments/<uuid:version_id>/ask/",
        setting_instruments.ask,
        name="instrument_ask",
    ),
    path("settings/packs/<int:pack_id>/", sign_offs.pack, name="pack"),
    path("settings/packs/<int:pack_id>/withdraw/", sign_offs.withdraw, name="pack_withdraw"),
    path("settings/texts/", settings.texts, name="clinic_texts"),
]

urlpatterns = patient_urls + therapist_urls + desk_urls + admin_urls

"""One visit as a brief: four statements, whatever the number of flags."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from clinic.models import Appointment, Patient
from clinic.statements import Given, Statement
from intake import labels
from intake.briefs import Brief, FlagVerdict, Hold, Open, Plan, Reach, Told
from intake.cards import Raised, make_cards
from intake.examination import Results, plan_examination, suspect_of
from intake.misfits import list_misfits
from intake.models import Consent, Flag, PatientMessage, Response, Urgency, Verdict
from intake.queries.examinations import get_results
from intake.queries.previous import SIDE, compare
from intake.queries.questionnaires import Published, read_with
from intake.queries.sign_offs import sign_off_label
from intake.quotes import Said
from intake.rules.answers import read_answers
from intake.rules.derived import whole_years
from intake.rules.findings import Findings
from intake.rules.patterns import ALARMS
from intake.rules.questions import Item
from intake.stories import tell


def get_brief(visit: Appointment, today: date, zone: ZoneInfo) -> Brief:
    """The brief of a visit. `visit` comes with patient, therapist, invitation and response."""
    response: Response | None = getattr(visit, "response", None)
    head = get_head(visit, today)
    return head if response is None else with_response(head, response, visit, today, zone)


def get_head(visit: Appointment, today: date) -> Brief:
    """Who it is about, and how far the intake is."""
    response: Response | None = getattr(visit, "response", None)
    is_invited = hasattr(visit, "invitation") and visit.invitation.sent_at is not None
    head = Brief(
        visit_id=visit.pk,
        patient_name=visit.patient.name,
        patient_reference=visit.patient.reference,
        birth_date=visit.patient.birth_date,
        age=whole_years(visit.patient.birth_date, today),
        starts_at=visit.starts_at,
        therapist_name=visit.therapist.name,
        state="invited" if is_invited else "none",
        state_label=labels.STATE["invited" if is_invited else "none"],
        sign_off_label=sign_off_label(getattr(visit, "sign_off", None)),
    )
    return head if response is None else replace(head, **how_it_stands(response))


def with_response(
    head: Brief,
    response: Response,
    visit: Appointment,
    today: date,
    zone: ZoneInfo,
) -> Brief:
    """What the answers say, read with the pack they were submitted under."""
    previous, results = getattr(visit, "previous_id", None), get_results(visit)
    published = read_with(response)
    questionnaire = published.pack.questionnaire
    on = response.submitted_at.astimezone(zone).date() if response.submitted_at else today
    answers = questionnaire.in_force(read_answers(questionnaire, response.answers, on=on))
    flags = list_raised(response)
    findings = published.find(answers, ruled_out(flags))
    standing = [
        flag.pattern for flag in flags if flag.changed_at is None and flag.tier != "possible"
    ]
    said = Said(response.shown, questionnaire, answers)
    declined = frozenset(response.declined)
    story = tell(questionnaire, answers, response.shown, declined, response.places)
    return replace(
        head,
        **who_answered(response),
        reach=reach_of(visit.patient) if response.urgency >= Urgency.SAME_DAY else None,
        **pointed_to(published, said, flags, findings, results),
        painful_side=str(answers.values.get(SIDE, "")),
        told=list_told(response),
        **compare(published, response, answers, standing, previous, zone),
        misfits=list_misfits(
            published.pack,
            answers,
            response.answers,
            response.shown,
            response.contradictions or {},
            visit.patient.birth_date,
        ),
        pack_version=published.pack.version,
        questionnaire_version=questionnaire.version,
        **vars(story) | {"completed_by_label": labels.COMPLETED_BY.get(response.role, "")},
    )


def how_it_stands(response: Response) -> dict[str, Any]:
    """How far it is, in which language, and how urgent."""
    state = "submitted" if response.submitted_at else "begun"
    urgency = Urgency(response.urgency).label
    return {
        "state": state,
        "state_label": labels.STATE[state],
        "begun_at": response.begun_at,
        "submitted_at": response.submitted_at,
        "language_label": labels.LANGUAGE.get(response.language, response.language),
        "urgency": urgency,
        "urgency_label": labels.URGENCY[urgency],
    }


def pointed_to(
    published: Published,
    said: Said,
    flags: list[Raised],
    findings: Findings,
    results: Results,
) -> dict[str, Any]:
    """The flags on their cards, and what would settle those that are still open."""
    cards = make_cards(published.pack, said, worth_showing(flags), results)
    open_flags = [flag for flag in flags if flag.changed_at is None]
    return {
        "cards": tuple(card for card in cards if card.tier != "possible"),
        "worth_checking": tuple(card for card in cards if card.tier == "possible"),
        "plan": plan_of(published, open_flags, findings, results),
        "cannot_tell": list_open(published, findings),
        "suppressed": tuple(published.pack.pattern(one).name("en") for one in findings.suppressed),
    }


def reach_of(patient: Patient) -> Reach:
    """The number to phone. The contact comes with the visit."""
    contact = getattr(patient, "contact", None)
    return Reach(contact.phone, contact.email) if contact else Reach(None, None)


def who_answered(response: Response) -> dict[str, Any]:
    """On what it was answered, who signed, who agreed to which notice."""
    way = labels.WAY.get(response.way, response.way)
    if response.typed_by:
        way = f"{way}, typed by {response.typed_by.name}"
        if response.way != "phone":
            way = f"begun by phone, typed by {response.typed_by.name}; sent {labels.WAY['link']}"
    role = labels.COMPLETED_BY.get(response.role, response.role)
    consent: Consent | None = getattr(response, "consent", None)
    return {
        "way_label": way,
        "signed_label": f"{response.signer} ({role})" if response.signer else "",
        "agreed_label": agreed(consent) if consent else "",
    }


def agreed(consent: Consent) -> str:
    """Which notice, in which language, by whom."""
    by = labels.ASSENT.get(consent.assent) or labels.COMPLETED_BY.get(consent.role, consent.role)
    language = labels.LANGUAGE.get(consent.language, consent.language)
    return f"notice {consent.version} in {language}, by {by}"


def worth_showing(flags: list[Raised]) -> list[Raised]:
    """Open flags, and red flags that a later answer took back: those are never just gone."""
    still_open = {flag.pattern for flag in flags if flag.changed_at is None}
    return [
        flag
        for flag in flags
        if flag.changed_at is None or (flag.group == "redflag" and flag.pattern not in still_open)
    ]


def list_raised(response: Response) -> list[Raised]:
    """The flags of a response with the latest verdict on each."""
    verdicts = {verdict.flag_id: verdict for verdict in verdicts_on(response=response.pk)}
    return [raised_of(flag, verdicts.get(flag.pk)) for flag in flags_of(response=response.pk)]


def ruled_out(flags: Iterable[Raised]) -> frozenset[str]:
    """The patterns judged "not this": they hold nothing back any more."""
    return frozenset(
        flag.pattern
        for flag in flags
        if flag.changed_at is None and flag.verdict.verdict == Verdict.Choice.NOT_THIS
    )


@Statement
def flags_of() -> QuerySet[Flag]:
    """Of a response, the oldest first."""
    kept = Flag.objects.filter(response_id=Given("response"), is_suppressed=False)
    return kept.select_related("closed_by").defer("closed_by__content").order_by("raised_at")


@Statement
def verdicts_on() -> QuerySet[Verdict]:
    """The flags of a response, the oldest first."""
    given = Verdict.objects.filter(flag__response_id=Given("response"))
    return given.select_related("by").order_by("at")


def raised_of(flag: Flag, verdict: Verdict | None) -> Raised:
    """A flag row as a value."""
    judged = FlagVerdict(flag.pk, flag.evidence["name"], flag.group == "redflag")
    if verdict:
        judged = replace(
            judged,
            verdict=verdict.choice,
            verdict_label=verdict.get_choice_display(),
            reason=verdict.reason,
            by=verdict.by.name,
            at=verdict.at,
        )
    return Raised(
        pattern=flag.pattern,
        group=flag.group,
        urgency=Urgency(flag.urgency).label,
        tier=flag.tier,
        evidence=flag.evidence,
        raised_at=flag.raised_at,
        changed_at=flag.changed_at,
        closed_by=flag.closed_by.version if flag.closed_by else "",
        verdict=judged,
        settled_by=flag.settled_by or (),
    )


def plan_of(
    published: Published, open_flags: list[Raised], findings: Findings, results: Results
) -> Plan:
    """What to examine for whatever no verdict has settled yet, and what was examined."""
    pack = published.pack
    suspects = [
        suspect_of(pack.pattern(flag.pattern), flag.tier, flag.urgency)
        for flag in open_flags
        if flag.pattern in pack.by_id and flag.verdict.verdict in (None, "cannot_tell")
    ]
    unchecked = [pack.pattern(one.pattern) for one in findings.cannot_tell]
    signs = [one for one in unchecked if one.group == "redflag"]
    return plan_examination(pack, suspects, signs, results, map(hold_of, alarms_in(open_flags)))


def alarms_in(open_flags: list[Raised]) -> list[Raised]:
    """Those that hold back the rest of the examination: a confirmed one all the more."""
    return [
        flag
        for flag in open_flags
        if flag.urgency in ALARMS and flag.verdict.verdict != Verdict.Choice.NOT_THIS
    ]


def hold_of(flag: Raised) -> Hold:
    """With what the therapist was told when it was raised."""
    label = labels.URGENCY[flag.urgency]
    return Hold(
        flag.verdict.id, flag.evidence["name"], flag.urgency, label, flag.evidence["message"]
    )


def list_open(published: Published, findings: Findings) -> tuple[Open, ...]:
    """What cannot be told, red flags first."""
    pack = published.pack
    found = [(pack.pattern(one.pattern), one.missing) for one in findings.cannot_tell]
    opens = [
        Open(
            pattern.name("en"),
            pattern.group,
            tuple(pack.questionnaire.item(link_id).text("en") for link_id in missing),
            tuple(asked_of(pack.questionnaire.item(link_id)) for link_id in missing),
        )
        for pattern, missing in found
    ]
    return tuple(sorted(opens, key=lambda one: one.group != "redflag"))


def asked_of(item: Item) -> str:
    """A question as it can be asked aloud: "any of these" says nothing without what they are."""
    text = item.text("en")
    if "these" not in text:
        return text
    named = [option.text("en") for option in item.options if not option.exclusive]
    return f"{text} {'; '.join(named)}"


def list_told(response: Response) -> tuple[Told, ...]:
    """The messages the patient was shown."""
    return tuple(
        Told(message.text, message.language, message.shown_at, message.confirmed_at)
        for message in messages_to(response=response.pk)
    )


@Statement
def messages_to() -> QuerySet[PatientMessage]:
    """Whoever answers, the oldest first."""
    return PatientMessage.objects.filter(response_id=Given("response")).order_by("shown_at")

"""The rows that a visit has, copied from those of one visit that the product's commands made.

Each copy has its own key, patient, times and state. What was sealed stays sealed to the row that it
was copied from, so nobody can open it there; and what stood on the pages is left out: it lies apart
from its row, and no list touches it. Written as the tables' owner, without their triggers; indexes
and foreign keys are taken off and put back, which checks every row again.
"""

OF_INTAKE = "response_id = (SELECT id FROM intake_response WHERE appointment_id = %(visit)s)"
OF_LINK = "invitation_id = (SELECT id FROM intake_invitation WHERE appointment_id = %(visit)s)"
OF_PATIENT = "patient_id = (SELECT patient_id FROM clinic_appointment WHERE id = %(visit)s)"
OF_VISIT = "appointment_id = %(visit)s"
FLAG_OF = f"SELECT id, pattern FROM intake_flag WHERE {OF_INTAKE}"  # noqa: S608
VERDICTS = (
    "SELECT verdict.*, flag.pattern FROM intake_verdict verdict"  # noqa: S608 - our own words
    f" CROSS JOIN ({FLAG_OF}) flag WHERE verdict.flag_id IN (SELECT id FROM ({FLAG_OF}) own)"
)
# Names as they are: some are frequent.
DRAWN = (
    "(%({0})s::text[])[1 + floor(cardinality(%({0})s::text[])"
    " * power(mod(hashint8({1})::bigint + 2147483648, 65521) / 65521.0, 2))::int]"
)
FAMILY, NAME = DRAWN.format("families", "b.patient_id"), DRAWN.format("given", "b.patient_id + 1")
# What is still to be done is as much at a young clinic as at an old one: that of the last days.
TO_SIGN = "(b.day < 14 AND mod(b.place, 2) = 0)"
OWED, BOOKED = "(b.time = 0 AND b.day < 14)", "(b.time > 0)"
SENT, WRITTEN = "b.state = 'sent'", "b.state = 'sent' AND b.day >= 0"
WISH = "(b.starts_at + interval '14 days')::date"
CALL = "md5('call' || b.visit_id)::uuid"
HAS_PROGRAMME = "b.day >= 70 AND b.time = 3 AND mod(b.place, 3) = 0"
IS_URGENT = "mod(b.turn, 30) = 7"
IS_OPEN = "(b.day < 0 AND mod(b.turn, 120) = 7)"
PROGRAMME = "md5('programme' || b.patient_id)::uuid"


def at(when: str, *columns: str) -> dict[str, str]:
    """These times are the same."""
    return dict.fromkeys(columns, when)


# Table; the visits `b` that have such a row; rows `s` that it is like (a condition or a SELECT);
# and what differs. What is called as a column of the visit is taken from it.
COPIES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "clinic_patient",
        "b.time = 0",
        "id = (SELECT patient_id FROM clinic_appointment WHERE id = %(visit)s)",
        {
            "id": "b.patient_id",
            "reference": "'Y-' || b.patient_id",
            "given_name": f"initcap({NAME})",
            "family_name": f"initcap({FAMILY})",
            "given_key": NAME,
            "family_key": FAMILY,
            "birth_date": "date '1940-01-01' + mod(b.patient_id * 37, 22000)::int",
            "created_at": "b.starts_at - interval '100 days'",
        },
    ),
    (
        "clinic_contact",
        "b.time = 0",
        OF_PATIENT,
        {
            "id": "gen_random_uuid()",
            "email_index": "sha256(b.patient_id::text::bytea)",
        },
    ),
    (
        "clinic_appointment",
        "true",
        "id = %(visit)s",
        {
            "id": "b.visit_id",
            "starts_at": "b.starts_at",
            "ends_at": "b.starts_at + interval '30 minutes'",
            "created_at": "b.starts_at - interval '30 days'",
            "created_by_id": "b.desk_id",
        },
    ),
    (
        "clinic_message",
        "b.state <> 'none'",
        f"{OF_PATIENT} AND kind = 'link'",
        {
            "id": "gen_random_uuid()",
            **at("b.starts_at - interval '10 days'", "due_at", "sent_at", "created_at"),
        },
    ),
    (
        "intake_invitation",
        "b.state <> 'none'",
        OF_VISIT,
        {
            "id": "b.invitation_id",
            "appointment_id": "b.visit_id",
            "created_by_id": "b.desk_id",
            **at("b.starts_at - interval '10 days'", "sent_at", "created_at"),
        },
    ),
    (
        "intake_linktoken",
        "b.state <> 'none'",
        OF_LINK,
        {
            "token_hash": "sha256(b.visit_id::text::bytea)",
            "expires_at": "b.starts_at + interval '4 days'",
        },
    ),
    (
        "intake_response",
        "b.state IN ('sent', 'begun')",
        OF_VISIT,
        {
            "id": "b.response_id",
            "appointment_id": "b.visit_id",
            "shown": "'-'",
            "urgency": f"CASE WHEN {IS_URGENT} THEN 2 ELSE 0 END",
            "begun_at": "b.sent_at - interval '15 minutes'",
            "saved_at": "b.sent_at",
            "submitted_at": f"CASE WHEN {SENT} THEN b.sent_at END",
            "submit_key": f"CASE WHEN {SENT} THEN gen_random_uuid() END",
            **{
                name: f"CASE WHEN {SENT} THEN s.{name} END"
                for name in ("pack_id", "signer", "statement")
            },
        },
    ),
    ("intake_consent", SENT, OF_INTAKE, {"id": "gen_random_uuid()", "agreed_at": "b.sent_at"}),
    (
        "intake_instrumentresponse",
        SENT,
        OF_INTAKE,
        {"id": "gen_random_uuid()", "saved_at": "b.sent_at"},
    ),
    (
        "intake_flag",
        SENT,
        OF_INTAKE,
        {
            "id": "md5('flag' || b.response_id || s.pattern)::uuid",
            "evidence": "'-'",
            "raised_at": "b.sent_at",
        },
    ),
    (
        "intake_verdict",
        f"{WRITTEN} AND mod(b.turn + ascii(s.pattern), 3) > 0",
        VERDICTS,
        {
            "id": "gen_random_uuid()",
            "flag_id": "md5('flag' || b.response_id || s.pattern)::uuid",
            "choice": "(ARRAY['confirmed', 'not_this', 'cannot_tell'])[1 + mod(b.turn, 3)]",
            "by_id": "b.therapist_id",
            "at": "b.starts_at + interval '20 minutes'",
        },
    ),
    (
        "intake_miss",
        f"{WRITTEN} AND mod(b.turn, 199) = 3",
        OF_INTAKE,
        {"id": "gen_random_uuid()", "by_id": "b.therapist_id", "at": "b.starts_at"},
    ),
    (
        "intake_examresult",
        WRITTEN,
        OF_VISIT,
        {
            "id": "gen_random_uuid()",
            "appointment_id": "b.visit_id",
            "by_id": "b.therapist_id",
            "at": "b.starts_at + interval '10 minutes'",
        },
    ),
    (
        "intake_note",
        WRITTEN,
        OF_VISIT,
        {
            "id": "b.note_id",
            "appointment_id": "b.visit_id",
            "author_id": "b.therapist_id",
            "saved_at": "b.starts_at + interval '25 minutes'",
            "signed_at": f"CASE WHEN NOT {TO_SIGN} THEN b.starts_at + interval '1 hour' END",
        },
    ),
    (
        "intake_addendum",
        f"{WRITTEN} AND NOT {TO_SIGN} AND mod(b.turn, 100) = 1",
        "note_id = (SELECT id FROM intake_note WHERE appointment_id = %(visit)s)",
        {"id": "gen_random_uuid()", "by_id": "b.therapist_id", "at": "b.starts_at"},
    ),
    (
        "intake_followup",
        f"{WRITTEN} AND mod(b.place, 3) = 0",
        "note_id = (SELECT id FROM intake_note WHERE appointment_id = %(visit)s)",
        {
            "id": "md5('wish' || b.visit_id)::uuid",
            "asked_by_id": "b.therapist_id",
            "therapist_id": "b.therapist_id",
            "asked_at": "b.starts_at",
            "wanted_from": f"{WISH} - 2",
            "wanted_by": f"{WISH} + 2",
            "state": f"CASE WHEN {OWED} THEN 'open' WHEN {BOOKED} THEN 'booked'"
            " ELSE 'declined' END",
            "reason": f"CASE WHEN {OWED} OR {BOOKED} THEN '' ELSE 'no_wish' END",
            "appointment_id": f"CASE WHEN {BOOKED} THEN b.next_visit_id END",
            "closed_by_id": f"CASE WHEN NOT {OWED} THEN b.desk_id END",
            "closed_at": f"CASE WHEN NOT {OWED} THEN b.starts_at + interval '1 hour' END",
        },
    ),
    (
        "clinic_task",
        f"{SENT} AND {IS_URGENT}",
        "SELECT 2 AS urgency, 0 AS passes",
        {
            "id": CALL,
            "appointment_id": "b.visit_id",
            "holder_id": "b.therapist_id",
            "state": f"CASE WHEN {IS_OPEN} THEN 'open' ELSE 'closed' END",
            "opened_at": "b.sent_at",
            "due_at": "b.sent_at + interval '2 hours'",
            "taken_at": f"CASE WHEN NOT {IS_OPEN} THEN b.sent_at + interval '1 hour' END",
            "closed_at": f"CASE WHEN NOT {IS_OPEN} THEN b.sent_at + interval '2 hours' END",
        },
    ),
    (
        "clinic_taskevent",
        f"{SENT} AND {IS_URGENT} AND (s.number < 3 OR NOT {IS_OPEN})",
        "SELECT *, NULL::timestamptz AS again_at, NULL::bytea AS words FROM (VALUES"
        " (1, 'opened', ''), (2, 'told', 'list'), (3, 'taken', ''), (4, 'called', ''))"
        " AS events (number, kind, way)",
        {
            "id": "gen_random_uuid()",
            "task_id": CALL,
            "by_id": "CASE WHEN s.number > 2 THEN b.therapist_id END",
            "told_id": "CASE WHEN s.number = 2 THEN b.therapist_id END",
            "at": "b.sent_at + s.number * interval '10 minutes'",
        },
    ),
    (
        "intake_patientmessage",
        f"{SENT} AND {IS_URGENT}",
        "SELECT 'RF-COPY' AS pattern, 2 AS urgency, 'en' AS language, '-'::bytea AS text",
        {"id": "gen_random_uuid()", **at("b.sent_at", "shown_at", "confirmed_at")},
    ),
    (
        "intake_programme",
        HAS_PROGRAMME,
        OF_VISIT,
        {
            "id": PROGRAMME,
            "appointment_id": "b.visit_id",
            "by_id": "b.therapist_id",
            "given_at": "b.starts_at",
            "ended_at": "b.starts_at + interval '60 days'",
        },
    ),
    (
        "intake_programmeday",
        HAS_PROGRAMME,
        "SELECT past, '-'::bytea AS answers, false AS is_over FROM generate_series(1, 5) AS past",
        {
            "id": "gen_random_uuid()",
            "programme_id": PROGRAMME,
            "day": "b.starts_at::date + s.past",
            "saved_at": "b.starts_at + s.past * interval '1 day'",
        },
    ),
    (
        "clinic_auditevent",
        "true",
        "SELECT *, 'staff' AS actor_kind, '-' AS request_id FROM (VALUES ('booked', 'appointment'),"
        " ('invited', 'invitation'), ('submitted', 'response'), ('read', 'brief'))"
        " AS events (action, subject_type)",
        {
            "id": "nextval(pg_get_serial_sequence('clinic_auditevent', 'id'))",
            "at": "b.sent_at",
            "actor_id": "b.therapist_id::text",
            "subject_id": "CASE WHEN s.subject_type IN ('appointment', 'brief')"
            " THEN b.visit_id::text ELSE b.response_id::text END",
        },
    ),
)
# Taken from the visit wherever a table has it.
KEYS = ("clinic_id", "patient_id", "therapist_id", "response_id", "invitation_id", "note_id")


def statement(table: str, columns: list[str], copied: tuple[str, str, dict[str, str]]) -> str:
    """The rows of one table for every visit, in one statement."""
    of, like, but = copied
    own = {name: f"b.{name}" for name in KEYS} | but
    like = like if like.startswith("SELECT") else f"SELECT * FROM {table} WHERE {like}"  # noqa: S608
    names = ", ".join(f'"{name}"' for name in columns)
    cells = ", ".join(own.get(name, f's."{name}"') for name in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {cells} FROM bulk b CROSS JOIN ({like}) s"  # noqa: S608
        f" WHERE b.clinic_id = %(clinic)s AND {of}"
    )

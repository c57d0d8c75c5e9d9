"""What Django has no words for: row security, clinics in foreign keys, frozen rows."""

from django.db import migrations

from clinic.database import append_only, refuse, row_security, same_clinic

SEALED_BY_SUBMISSION = refuse(
    "intake_response",
    "UPDATE",
    "OLD.submitted_at IS NOT NULL AND (NEW.answers, NEW.declined, NEW.shown, NEW.signer,"
    " NEW.statement, NEW.submitted_at, NEW.submit_key, NEW.questionnaire_id, NEW.pack_id,"
    " NEW.patient_id, NEW.appointment_id)"
    " IS DISTINCT FROM (OLD.answers, OLD.declined, OLD.shown, OLD.signer,"
    " OLD.statement, OLD.submitted_at, OLD.submit_key, OLD.questionnaire_id, OLD.pack_id,"
    " OLD.patient_id, OLD.appointment_id)",
    "a submitted response does not change",
)

QUESTIONS_ARE_PINNED = """
CREATE FUNCTION intake_response_pinned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the questionnaire of a response is pinned'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER intake_response_pinned BEFORE UPDATE ON intake_response
    FOR EACH ROW WHEN (OLD.questionnaire_id <> NEW.questionnaire_id)
    EXECUTE FUNCTION intake_response_pinned();
"""

FROZEN_FLAG = """
CREATE FUNCTION intake_flag_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.changed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a flag that was closed does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.pattern, NEW.response_id, NEW.raised_at)
        IS DISTINCT FROM (OLD.pattern, OLD.response_id, OLD.raised_at) THEN
        RAISE EXCEPTION 'a flag stays what it is about'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM intake_response WHERE id = OLD.response_id AND submitted_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the flags of a submitted response keep what they said'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_flag_frozen BEFORE UPDATE ON intake_flag
    FOR EACH ROW EXECUTE FUNCTION intake_flag_frozen();
"""

FROZEN_NOTE = refuse(
    "intake_note", "UPDATE", "OLD.signed_at IS NOT NULL", "a signed note does not change"
)

ADDENDUM_AFTER_SIGNING = """
CREATE FUNCTION intake_addendum_of_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM intake_note WHERE id = NEW.note_id AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'an addendum belongs to a signed note'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_addendum_of_signed BEFORE INSERT ON intake_addendum
    FOR EACH ROW EXECUTE FUNCTION intake_addendum_of_signed();
"""

PATIENT_ROWS = ("invitation", "response", "consent", "flag", "patientmessage", "verdict", "note")
WALLS = "".join(
    [
        *(row_security(f"intake_{name}") for name in (*PATIENT_ROWS, "addendum")),
        same_clinic("intake_invitation", "patient_id", "clinic_patient"),
        same_clinic("intake_invitation", "appointment_id", "clinic_appointment"),
        same_clinic("intake_linktoken", "invitation_id", "intake_invitation"),
        same_clinic("intake_linksession", "invitation_id", "intake_invitation"),
        same_clinic("intake_response", "patient_id", "clinic_patient"),
        same_clinic("intake_response", "appointment_id", "clinic_appointment"),
        same_clinic("intake_response", "invitation_id", "intake_invitation"),
        same_clinic("intake_consent", "response_id", "intake_response"),
        same_clinic("intake_flag", "response_id", "intake_response"),
        same_clinic("intake_patientmessage", "response_id", "intake_response"),
        same_clinic("intake_verdict", "flag_id", "intake_flag"),
        same_clinic("intake_note", "patient_id", "clinic_patient"),
        same_clinic("intake_note", "appointment_id", "clinic_appointment"),
        same_clinic("intake_addendum", "note_id", "intake_note"),
        SEALED_BY_SUBMISSION,
        QUESTIONS_ARE_PINNED,
        FROZEN_FLAG,
        FROZEN_NOTE,
        ADDENDUM_AFTER_SIGNING,
        *map(
            append_only,
            (
                "intake_questionnaireversion",
                "intake_packversion",
                "intake_consent",
                "intake_verdict",
                "intake_addendum",
            ),
        ),
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("intake", "0001_initial"), ("clinic", "0002_walls")]
    operations = [migrations.RunSQL(WALLS)]

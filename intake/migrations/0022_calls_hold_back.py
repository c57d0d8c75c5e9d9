"""No programme while a call is open, nor to a child whose first visit has not begun."""

from django.db import migrations

ALLOWED = """
CREATE OR REPLACE FUNCTION intake_programme_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A call stays open whatever the patient answers later: somebody has to close it.
    IF EXISTS (
        SELECT 1 FROM clinic_task t WHERE t.patient_id = NEW.patient_id AND t.closed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'no exercises while an urgent call is open'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Same day and more. "Not this" settles an alarm; a confirmed one takes a written reason.
    IF EXISTS (
        SELECT 1 FROM intake_flag f JOIN intake_response r ON r.id = f.response_id
        WHERE r.patient_id = NEW.patient_id AND f.changed_at IS NULL AND NOT f.is_suppressed
        AND f.urgency >= 2
        AND COALESCE(
            (SELECT v.choice FROM intake_verdict v WHERE v.flag_id = f.id
             ORDER BY v.at DESC LIMIT 1), 'cannot_tell')
        NOT IN ('not_this', CASE WHEN NEW.safe_because IS NULL THEN 'not_this' ELSE 'confirmed' END)
    ) THEN
        RAISE EXCEPTION 'no exercises while an urgent flag is open'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- A day of grace: the clinic's own date decides first.
    IF EXISTS (
        SELECT 1 FROM clinic_patient p WHERE p.id = NEW.patient_id
        AND p.birth_date > (NEW.given_at - interval '18 years' + interval '1 day')::date
    ) AND (NEW.seen_at IS NULL OR NOT EXISTS (
        SELECT 1 FROM clinic_appointment a WHERE a.patient_id = NEW.patient_id
        AND a.cancelled_at IS NULL AND a.starts_at <= NEW.seen_at
    )) THEN
        RAISE EXCEPTION 'no exercises under 18 before the therapist has seen the patient'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("clinic", "0004_tasks"), ("intake", "0021_tries")]

    operations = [migrations.RunSQL(ALLOWED)]

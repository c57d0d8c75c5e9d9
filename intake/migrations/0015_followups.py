"""Follow-ups: a debt that is booked, declined or recalled, one step at a time."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.database import row_security, same_clinic

LEGAL_STEPS = """
CREATE FUNCTION intake_followup_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_new boolean := TG_OP = 'INSERT';
    is_wish_new boolean := is_new OR (NEW.asked_by_id, NEW.asked_at, NEW.days, NEW.wanted_from,
        NEW.wanted_by, NEW.minutes, NEW.therapist_id) IS DISTINCT FROM (OLD.asked_by_id,
        OLD.asked_at, OLD.days, OLD.wanted_from, OLD.wanted_by, OLD.minutes, OLD.therapist_id);
BEGIN
    IF NOT is_new AND (NEW.clinic_id, NEW.patient_id, NEW.note_id)
        IS DISTINCT FROM (OLD.clinic_id, OLD.patient_id, OLD.note_id) THEN
        RAISE EXCEPTION 'a follow-up stays whose it is'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF is_wish_new AND EXISTS (
        SELECT 1 FROM intake_note WHERE id = NEW.note_id AND signed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the follow-up of a signed note keeps its wish'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT is_new AND OLD.state <> 'open' AND NEW.state <> 'open' AND
        (NEW.state, NEW.appointment_id, NEW.reason, NEW.closed_by_id, NEW.closed_at)
        IS DISTINCT FROM
        (OLD.state, OLD.appointment_id, OLD.reason, OLD.closed_by_id, OLD.closed_at) THEN
        RAISE EXCEPTION 'a closed follow-up is owed again before it is closed otherwise'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT is_new AND OLD.state = 'booked' AND NEW.state = 'open' AND EXISTS (
        SELECT 1 FROM clinic_appointment WHERE id = OLD.appointment_id AND cancelled_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a booked follow-up is owed again when its visit is cancelled'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'booked' AND NOT EXISTS (
        SELECT 1 FROM clinic_appointment
        WHERE id = NEW.appointment_id AND patient_id = NEW.patient_id AND cancelled_at IS NULL
    ) THEN
        RAISE EXCEPTION 'a follow-up is booked with a visit of its patient'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_followup_steps BEFORE INSERT OR UPDATE ON intake_followup
    FOR EACH ROW EXECUTE FUNCTION intake_followup_steps();
"""

# Looked at when the transaction ends: the visit goes first, then the follow-up is owed again.
NO_LOST_DEBT = """
CREATE FUNCTION intake_followup_not_lost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM intake_followup WHERE appointment_id = NEW.id AND state = 'booked'
    ) THEN
        RAISE EXCEPTION 'the follow-up of a cancelled visit is owed again'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER intake_followup_not_lost AFTER UPDATE ON clinic_appointment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION intake_followup_not_lost();
"""

WALLS = "".join(
    [
        row_security("intake_followup"),
        same_clinic("intake_followup", "patient_id", "clinic_patient"),
        same_clinic("intake_followup", "note_id", "intake_note"),
        same_clinic("intake_followup", "asked_by_id", "clinic_user"),
        same_clinic("intake_followup", "therapist_id", "clinic_user"),
        same_clinic("intake_followup", "appointment_id", "clinic_appointment"),
        LEGAL_STEPS,
        NO_LOST_DEBT,
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0014_returning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("days", models.PositiveSmallIntegerField()),
                ("wanted_from", models.DateField()),
                ("wanted_by", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("reason", models.CharField(blank=True, default="", max_length=12)),
                ("closed_at", models.DateTimeField(null=True)),
                ("fell_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up",
                        to="clinic.appointment",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clinic.clinic",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up",
                        to="intake.note",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clinic.patient",
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["clinic", "wanted_by", "id"],
                        name="followups_owed",
                    ),
                    models.Index(
                        fields=["asked_by", "state", "wanted_by"], name="followups_of_therapist"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["declined", "recalled"])),
                        fields=["clinic", "-closed_at", "id"],
                        name="followups_closed",
                    ),
                    models.Index(fields=["patient"], name="followups_of_patient"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "clinic"), name="followup_in_clinic"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appointment", None),
                                ("closed_at", None),
                                ("closed_by", None),
                                ("reason", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("appointment__isnull", False),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("reason", ""),
                                ("state", "booked"),
                            ),
                            models.Q(
                                ("appointment", None),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                (
                                    "reason__in",
                                    ["no_wish", "elsewhere", "cannot_come", "not_reached"],
                                ),
                                ("state", "declined"),
                            ),
                            models.Q(
                                ("appointment", None),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("reason__in", ["not_needed", "twice", "therapist"]),
                                ("state", "recalled"),
                            ),
                            _connector="OR",
                        ),
                        name="followup_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days__gt", 0),
                            ("minutes__gt", 0),
                            ("wanted_from__lte", models.F("wanted_by")),
                        ),
                        name="followup_window",
                    ),
                ],
            },
        ),
        migrations.RunSQL(WALLS),
    ]

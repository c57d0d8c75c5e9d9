"""Home programmes: frozen as given, never while an alarm is open, nor to a child nobody has seen."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.fields
from clinic.database import refuse, row_security, same_clinic

ALLOWED = """
CREATE FUNCTION intake_programme_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
    IF NEW.seen_at IS NULL AND EXISTS (
        SELECT 1 FROM clinic_patient p WHERE p.id = NEW.patient_id
        AND p.birth_date > (NEW.given_at - interval '18 years' + interval '1 day')::date
    ) THEN
        RAISE EXCEPTION 'no exercises under 18 before the therapist has seen the patient'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_programme_allowed BEFORE INSERT ON intake_programme
    FOR EACH ROW EXECUTE FUNCTION intake_programme_allowed();
"""
GIVEN = refuse(
    "intake_programme",
    "UPDATE",
    "OLD.ended_at IS NOT NULL OR (NEW.clinic_id, NEW.patient_id, NEW.appointment_id, NEW.pack_id,"
    " NEW.number, NEW.language, NEW.content, NEW.chosen, NEW.safe_because, NEW.seen_at, NEW.by_id,"
    " NEW.given_at) IS DISTINCT FROM (OLD.clinic_id, OLD.patient_id, OLD.appointment_id,"
    " OLD.pack_id, OLD.number, OLD.language, OLD.content, OLD.chosen, OLD.safe_because,"
    " OLD.seen_at, OLD.by_id, OLD.given_at)",
    "a programme does not change after it was given",
)
DAY_STAYS = refuse(
    "intake_programmeday",
    "UPDATE",
    "(NEW.clinic_id, NEW.programme_id, NEW.day)"
    " IS DISTINCT FROM (OLD.clinic_id, OLD.programme_id, OLD.day)",
    "a day stays what it is about",
)
WALLS = "".join(
    [
        row_security("intake_programme"),
        row_security("intake_programmeday"),
        same_clinic("intake_programme", "patient_id", "clinic_patient"),
        same_clinic("intake_programme", "appointment_id", "clinic_appointment"),
        same_clinic("intake_programmeday", "programme_id", "intake_programme"),
        ALLOWED,
        GIVEN,
        DAY_STAYS,
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0011_soap"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("language", models.CharField(max_length=8)),
                ("content", clinic.fields.SealedJSON()),
                ("chosen", clinic.fields.SealedJSON()),
                ("safe_because", clinic.fields.SealedText(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ProgrammeDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("answers", clinic.fields.SealedJSON()),
                ("is_over", models.BooleanField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="linktoken",
            name="one_live_link",
        ),
        migrations.AddField(
            model_name="linksession",
            name="purpose",
            field=models.CharField(default="intake", max_length=10),
        ),
        migrations.AddField(
            model_name="linktoken",
            name="purpose",
            field=models.CharField(default="intake", max_length=10),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="linktoken",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)),
                fields=("invitation", "purpose"),
                name="one_live_link",
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="appointment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="clinic.appointment",
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="pack",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="intake.packversion"
            ),
        ),
        migrations.AddField(
            model_name="programme",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="clinic.patient",
            ),
        ),
        migrations.AddField(
            model_name="programmeday",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
            ),
        ),
        migrations.AddField(
            model_name="programmeday",
            name="programme",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="intake.programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="programme_in_clinic"),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(
                fields=("patient", "number"), name="programmes_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("patient",),
                name="one_live_programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("ended_at__gte", models.F("given_at")), _connector="OR"
                ),
                name="programme_ends_after_it_began",
            ),
        ),
        migrations.AddIndex(
            model_name="programmeday",
            index=models.Index(fields=["programme", "day"], name="days_of_programme"),
        ),
        migrations.AddConstraint(
            model_name="programmeday",
            constraint=models.UniqueConstraint(
                fields=("clinic", "programme", "day"), name="each_day_once"
            ),
        ),
        migrations.RunSQL(WALLS),
    ]

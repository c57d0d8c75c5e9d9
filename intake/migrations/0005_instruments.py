"""Instruments: versions that never change, answers that freeze when the intake is sent."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.fields
from clinic.database import refuse, row_security, same_clinic

VERSION_STAYS = refuse(
    "intake_instrumentversion",
    "UPDATE",
    "(NEW.clinic_id, NEW.key, NEW.title, NEW.version, NEW.questionnaire, NEW.scoring,"
    " NEW.content_hash, NEW.is_own, NEW.created_by_id, NEW.created_at)"
    " IS DISTINCT FROM (OLD.clinic_id, OLD.key, OLD.title, OLD.version, OLD.questionnaire,"
    " OLD.scoring, OLD.content_hash, OLD.is_own, OLD.created_by_id, OLD.created_at)",
    "a version of an instrument does not change",
)

FROZEN_ANSWERS = """
CREATE FUNCTION intake_instrumentresponse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM intake_response WHERE id = NEW.response_id AND submitted_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the instruments of a submitted response do not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.response_id, NEW.instrument_id, NEW.position)
        IS DISTINCT FROM (OLD.response_id, OLD.instrument_id, OLD.position) THEN
        RAISE EXCEPTION 'the instruments of a response are pinned'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_instrumentresponse_frozen BEFORE INSERT OR UPDATE
    ON intake_instrumentresponse
    FOR EACH ROW EXECUTE FUNCTION intake_instrumentresponse_frozen();
"""

WALLS = "".join(
    [
        row_security("intake_instrumentversion"),
        row_security("intake_instrumentresponse"),
        same_clinic("intake_instrumentresponse", "response_id", "intake_response"),
        same_clinic("intake_instrumentresponse", "instrument_id", "intake_instrumentversion"),
        VERSION_STAYS,
        FROZEN_ANSWERS,
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0004_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstrumentVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("title", models.TextField()),
                ("version", models.CharField(max_length=200)),
                ("questionnaire", models.TextField()),
                ("scoring", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("is_own", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("asked_since", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clinic.clinic",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InstrumentResponse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("answers", clinic.fields.SealedJSON()),
                ("shown", clinic.fields.SealedJSON()),
                ("is_whole", models.BooleanField()),
                ("saved_at", models.DateTimeField(null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clinic.clinic",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.response",
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.instrumentversion",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="instrumentversion",
            constraint=models.UniqueConstraint(
                fields=("id", "clinic"), name="instrument_in_clinic"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentversion",
            constraint=models.UniqueConstraint(
                fields=("clinic", "content_hash"), name="instrument_imported_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("asked_since__isnull", False)),
                fields=("clinic", "key"),
                name="one_version_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentresponse",
            constraint=models.UniqueConstraint(
                fields=("response", "position"), name="place_in_the_intake"
            ),
        ),
        migrations.AddConstraint(
            model_name="instrumentresponse",
            constraint=models.UniqueConstraint(
                fields=("response", "instrument"), name="instrument_once"
            ),
        ),
        migrations.RunSQL(WALLS),
    ]

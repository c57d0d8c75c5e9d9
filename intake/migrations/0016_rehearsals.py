"""Draft packs replayed before they go live; open intakes read again afterwards."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.database import refuse, row_security

# The first pack of all has nothing to be replayed on.
PACK_WAS_REHEARSED = """
CREATE FUNCTION intake_packversion_rehearsed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM intake_packversion) AND NOT EXISTS (
        SELECT 1 FROM intake_rehearsal WHERE id = NEW.rehearsal_id
            AND content_hash = NEW.content_hash AND done = parts AND vanished = NEW.vanished
    ) THEN
        RAISE EXCEPTION 'a pack is rehearsed before it is published'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.published_by_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM clinic_user WHERE id = NEW.published_by_id) THEN
        RAISE EXCEPTION 'a pack is published by somebody'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_packversion_rehearsed BEFORE INSERT ON intake_packversion
    FOR EACH ROW EXECUTE FUNCTION intake_packversion_rehearsed();
"""
WALLS = "".join(
    [
        row_security("intake_rehearsalpart"),
        row_security("intake_rereading"),
        refuse("intake_rehearsalpart", "UPDATE", "OLD.done_at IS NOT NULL", "a part is done once"),
        PACK_WAS_REHEARSED,
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0015_followups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RehearsalPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.UUIDField()),
                ("end", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("counts", models.JSONField(default=dict)),
                ("changed", models.JSONField(default=list)),
                ("read", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rereading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("last", models.UUIDField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField()),
                ("begun_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="flag",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.packversion",
            ),
        ),
        migrations.AddField(
            model_name="packversion",
            name="published_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="packversion",
            name="reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="packversion",
            name="vanished",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.CharField(max_length=30)),
                ("content_hash", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField()),
                ("begun_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("parts", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("read", models.PositiveIntegerField(default=0)),
                ("vanished", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("parts"))),
                        name="no_part_done_twice",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="packversion",
            name="rehearsal",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="intake.rehearsal",
            ),
        ),
        migrations.AddConstraint(
            model_name="packversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("vanished", 0),
                    models.Q(
                        models.Q(("reason", ""), _negated=True), ("published_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="vanishing_has_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="rehearsalpart",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
            ),
        ),
        migrations.AddField(
            model_name="rehearsalpart",
            name="rehearsal",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="intake.rehearsal"
            ),
        ),
        migrations.AddField(
            model_name="rereading",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
            ),
        ),
        migrations.AddField(
            model_name="rereading",
            name="pack",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="intake.packversion"
            ),
        ),
        migrations.AddIndex(
            model_name="rehearsalpart",
            index=models.Index(
                condition=models.Q(("done_at", None)),
                fields=["clinic", "rehearsal"],
                name="parts_to_replay",
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsalpart",
            constraint=models.UniqueConstraint(
                fields=("clinic", "rehearsal", "since", "first"), name="part_planned_once"
            ),
        ),
        migrations.AddIndex(
            model_name="rereading",
            index=models.Index(
                condition=models.Q(("finished_at", None)),
                fields=["clinic", "begun_at"],
                name="to_read_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="rereading",
            constraint=models.UniqueConstraint(fields=("clinic", "pack"), name="read_again_once"),
        ),
        migrations.RunSQL(WALLS),
    ]

"""Who answers for the patient, on what, and who typed it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.database import same_clinic

WALLS = (
    same_clinic("intake_kioskcode", "invitation_id", "intake_invitation")
    + """
CREATE FUNCTION intake_response_people_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who filled in a submitted response does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER intake_response_people_kept BEFORE UPDATE ON intake_response
    FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL
        AND (NEW.role, NEW.voice, NEW.way, NEW.typed_by_id)
        IS DISTINCT FROM (OLD.role, OLD.voice, OLD.way, OLD.typed_by_id))
    EXECUTE FUNCTION intake_response_people_kept();
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="assent",
            field=models.CharField(blank=True, default="", max_length=20),
        ),
        migrations.AddField(
            model_name="consent",
            name="role",
            field=models.CharField(default="self", max_length=10),
        ),
        migrations.AddField(
            model_name="linksession",
            name="typed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="linksession",
            name="way",
            field=models.CharField(default="link", max_length=10),
        ),
        migrations.AddField(
            model_name="response",
            name="role",
            field=models.CharField(default="self", max_length=10),
        ),
        migrations.AddField(
            model_name="response",
            name="typed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="voice",
            field=models.CharField(default="self", max_length=10),
        ),
        migrations.AddField(
            model_name="response",
            name="way",
            field=models.CharField(default="link", max_length=10),
        ),
        migrations.CreateModel(
            name="KioskCode",
            fields=[
                ("code_hash", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("language", models.CharField(max_length=8)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clinic.clinic",
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.invitation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tries__lte", 5)), name="five_kiosk_tries"
                    )
                ],
            },
        ),
        migrations.RunSQL(WALLS),
    ]

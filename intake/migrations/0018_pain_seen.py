"""Pain over the rule of a programme, ticked off as seen: walled and append-only."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.database import append_only, row_security, same_clinic

WALLS = "".join(
    [
        row_security("intake_painseen"),
        same_clinic("intake_painseen", "programme_id", "intake_programme"),
        append_only("intake_painseen"),
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0004_tasks"),
        ("intake", "0017_learned"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PainSeen",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("until", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="programme",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["by"], name="live_programmes_by"
            ),
        ),
        migrations.AddField(
            model_name="painseen",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="painseen",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
            ),
        ),
        migrations.AddField(
            model_name="painseen",
            name="programme",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="intake.programme",
            ),
        ),
        migrations.AddIndex(
            model_name="painseen",
            index=models.Index(fields=["programme", "until"], name="pain_seen_of_programme"),
        ),
        migrations.AddConstraint(
            model_name="painseen",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__lte", models.F("at"))), name="seen_after_it_was_saved"
            ),
        ),
        migrations.RunSQL(WALLS),
    ]

"""The clinic's own texts, walled and append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clinic.database import append_only, row_security


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="age_of_consent",
            field=models.PositiveSmallIntegerField(default=16),
        ),
        migrations.AddField(
            model_name="clinic",
            name="hours",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="ClinicTexts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "number"), name="texts_numbered_in_clinic"
                    )
                ],
            },
        ),
        migrations.RunSQL(row_security("clinic_clinictexts") + append_only("clinic_clinictexts")),
    ]

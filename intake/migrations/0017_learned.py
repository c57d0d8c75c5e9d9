"""What the verdicts taught, counted once a day, and what finds all that came since."""

import django.db.models.deletion
from django.db import migrations, models

from clinic.database import row_security


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_names_in_order"),
        ("intake", "0016_rehearsals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Learned",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField()),
                ("counts", models.JSONField(default=list)),
                (
                    "clinic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["clinic", "submitted_at"], name="responses_by_sending"),
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(fields=["clinic", "at"], name="verdicts_by_time"),
        ),
        migrations.RunSQL(row_security("intake_learned")),
    ]

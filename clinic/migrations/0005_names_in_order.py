"""Names in order: what a search finds stands in the index as it is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0004_tasks"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="patient",
            name="patient_by_family",
        ),
        migrations.RemoveIndex(
            model_name="patient",
            name="patient_by_given",
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                fields=["clinic", "family_key", "given_key", "id"], name="patient_by_family"
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(
                fields=["clinic", "given_key", "family_key", "id"], name="patient_by_given"
            ),
        ),
    ]

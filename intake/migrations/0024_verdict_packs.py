"""Which pack a verdict was given on: its flag may be read by another since."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0023_programmes_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="verdict",
            name="pack",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="intake.packversion",
            ),
        ),
    ]

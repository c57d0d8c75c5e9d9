"""When somebody asked for a new link."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_instruments")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False)),
                fields=["clinic", "asked_at"],
                name="links_asked_for",
            ),
        ),
    ]

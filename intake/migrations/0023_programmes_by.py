"""Pain over the rule is looked for in programmes that have ended, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0022_calls_hold_back")]

    operations = [
        migrations.RemoveIndex(model_name="programme", name="live_programmes_by"),
        migrations.AddIndex(
            model_name="programme",
            index=models.Index(fields=["by", "ended_at"], name="programmes_by"),
        ),
    ]

"""Which later answers closed a flag, where none before was changed."""

from django.db import migrations, models

import clinic.fields


class Migration(migrations.Migration):
    """A closed flag is frozen whole by the trigger of 0002: this column with it."""

    dependencies = [("intake", "0008_misses")]
    operations = [
        migrations.AddField("flag", "settled_by", clinic.fields.SealedJSON(null=True)),
        migrations.AddConstraint(
            "flag",
            models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True), ("changed_at__isnull", False), _connector="OR"
                ),
                name="settled_is_closed",
            ),
        ),
    ]

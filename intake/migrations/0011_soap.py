"""The parts of a note, and the texts that are put into them.

The trigger of 0002 refuses any change of a signed note, so it holds for the new columns too.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.fields
from clinic.database import row_security, same_clinic

WALLS = row_security("intake_noteblock") + same_clinic(
    "intake_noteblock", "owner_id", "clinic_user"
)
PARTS = ("subjective", "objective", "assessment", "plan")


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0010_examination"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        *(migrations.AddField("note", part, clinic.fields.SealedText(null=True)) for part in PARTS),
        migrations.AlterField("note", "text", clinic.fields.SealedText(null=True)),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=models.Q(
                    ("signed_at", None),
                    ("subjective__isnull", False),
                    ("objective__isnull", False),
                    ("assessment__isnull", False),
                    ("plan__isnull", False),
                    ("text__isnull", False),
                    _connector="OR",
                ),
                name="signed_says_something",
            ),
        ),
        migrations.AddIndex(
            "note",
            models.Index(
                condition=models.Q(("signed_at", None)),
                fields=["author", "saved_at"],
                name="unsigned_of_author",
            ),
        ),
        migrations.CreateModel(
            name="NoteBlock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("texts", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            "noteblock",
            models.Index(fields=["clinic", "owner", "name"], name="blocks_of_clinic"),
        ),
        migrations.RunSQL(WALLS),
    ]

"""What no flag had said, and what left the house. Both append-only."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.fields
from clinic.database import append_only, row_security, same_clinic

WALLS = "".join(
    [
        row_security("intake_miss"),
        row_security("intake_export"),
        same_clinic("intake_miss", "response_id", "intake_response"),
        same_clinic("intake_miss", "takes_back_id", "intake_miss"),
        append_only("intake_miss"),
        append_only("intake_export"),
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0007_contradictions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("count", models.PositiveIntegerField()),
                ("reason", clinic.fields.SealedText()),
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
        ),
        migrations.CreateModel(
            name="Miss",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pattern", models.CharField(blank=True, max_length=40)),
                ("words", clinic.fields.SealedText(null=True)),
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
                (
                    "pack",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.packversion",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="intake.response",
                    ),
                ),
                (
                    "takes_back",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="intake.miss",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["response"], name="misses_of_response")],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "clinic"), name="miss_in_clinic"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pattern", ""), _negated=True),
                            ("words__isnull", False),
                            ("takes_back__isnull", False),
                            _connector="OR",
                        ),
                        name="miss_says_what",
                    ),
                ],
            },
        ),
        migrations.RunSQL(WALLS),
    ]

"""Who signed a pack off for a clinic, walled and append-only."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from clinic.database import append_only, row_security


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [
        ("clinic", "0003_texts"),
        ("intake", "0012_programmes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("clinician", models.CharField(blank=True, default="", max_length=120)),
                ("registration", models.CharField(blank=True, default="", max_length=120)),
                ("signed_on", models.DateField(null=True)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clinic", "pack", "number"), name="sign_offs_numbered_in_clinic"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "number",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("number"), "/", models.Value(2)
                                            ),
                                            "*",
                                            models.Value(2),
                                        ),
                                        "+",
                                        models.Value(1),
                                    ),
                                ),
                                ("signed_on__isnull", False),
                                models.Q(("clinician", ""), _negated=True),
                                models.Q(("registration", ""), _negated=True),
                            ),
                            models.Q(
                                ("clinician", ""),
                                (
                                    "number",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("number"), "/", models.Value(2)
                                        ),
                                        "*",
                                        models.Value(2),
                                    ),
                                ),
                                ("number__gt", 0),
                                ("registration", ""),
                                ("signed_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="signed_then_withdrawn",
                    ),
                ],
            },
        ),
        migrations.RunSQL(row_security("intake_signoff") + append_only("intake_signoff")),
    ]

"""Urgent calls: who holds them, by when, and what was done. Walled; the history is append-only."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import clinic.fields
from clinic.database import append_only, refuse, row_security, same_clinic

WALLS = "".join(
    [
        *map(row_security, ("clinic_task", "clinic_taskevent", "clinic_oncall")),
        same_clinic("clinic_task", "patient_id", "clinic_patient"),
        same_clinic("clinic_task", "appointment_id", "clinic_appointment"),
        same_clinic("clinic_task", "holder_id", "clinic_user"),
        same_clinic("clinic_taskevent", "task_id", "clinic_task"),
        same_clinic("clinic_taskevent", "told_id", "clinic_user"),
        same_clinic("clinic_oncall", "duty_id", "clinic_user"),
        same_clinic("clinic_oncall", "fallback_id", "clinic_user"),
        append_only("clinic_taskevent"),
        refuse(
            "clinic_task", "UPDATE", "OLD.closed_at IS NOT NULL", "a closed task does not change"
        ),
    ]
)


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0003_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "routine"),
                            (1, "before_appointment"),
                            (2, "same_day"),
                            (3, "emergency"),
                        ]
                    ),
                ),
                ("state", models.CharField(default="open", max_length=10)),
                ("passes", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="clinic.appointment",
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
                    "holder",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="clinic.patient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TaskEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened by an answer"),
                            ("raised", "Raised by a more urgent answer"),
                            ("added", "Another urgent answer came"),
                            ("changed", "The answers no longer show an urgent finding"),
                            ("told", "Told"),
                            ("passed_on", "Not done in time: went on"),
                            ("taken", "Taken"),
                            ("called", "Spoke with the patient"),
                            ("sent", "Sent to emergency care"),
                            ("not_reached", "Not reached"),
                            ("again", "Will try again at"),
                            ("no_call", "No call needed"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("list", "on the page and by mail"),
                            ("fallback", "by mail to the clinic’s fallback address"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("again_at", models.DateTimeField(null=True)),
                ("words", clinic.fields.SealedText(null=True)),
                ("at", models.DateTimeField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="clinic.task",
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OnCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("emergency_minutes", models.PositiveSmallIntegerField(default=15)),
                ("same_day_minutes", models.PositiveSmallIntegerField(default=120)),
                ("fallback_email", clinic.fields.SealedText(null=True)),
                (
                    "clinic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, to="clinic.clinic"
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fallback",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("emergency_minutes__range", (5, 240)),
                            ("same_day_minutes__range", (15, 1440)),
                        ),
                        name="a_call_waits_some_minutes",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["appointment"], name="tasks_of_visit"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["patient", "holder"],
                name="open_tasks_of_patient",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["clinic", "due_at"],
                name="tasks_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("id", "clinic"), name="task_in_clinic"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("appointment",),
                name="one_open_task_a_visit",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", [2, 3])), name="a_task_is_urgent"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state", "open"), ("taken_at", None)),
                    models.Q(("closed_at", None), ("state", "taken"), ("taken_at__isnull", False)),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state", "closed"),
                        ("taken_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="task_state_and_its_times",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskevent",
            constraint=models.UniqueConstraint(
                fields=("task", "number"), name="task_events_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="taskevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "told"), ("told__isnull", False), ("way", "list")),
                    models.Q(("kind", "told"), ("told", None), ("way", "fallback")),
                    models.Q(
                        models.Q(("kind", "told"), _negated=True), ("told", None), ("way", "")
                    ),
                    _connector="OR",
                ),
                name="told_somebody_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("by__isnull", False),
                        (
                            "kind__in",
                            ["taken", "called", "sent", "not_reached", "again", "no_call"],
                        ),
                    ),
                    models.Q(
                        ("by", None),
                        ("kind__in", ["opened", "raised", "added", "changed", "told", "passed_on"]),
                    ),
                    _connector="OR",
                ),
                name="done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("again_at__isnull", False), ("kind", "again")),
                    models.Q(models.Q(("kind", "again"), _negated=True), ("again_at", None)),
                    _connector="OR",
                ),
                name="again_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "no_call"), _negated=True),
                    ("words__isnull", False),
                    _connector="OR",
                ),
                name="no_call_says_why",
            ),
        ),
        migrations.RunSQL(WALLS),
    ]

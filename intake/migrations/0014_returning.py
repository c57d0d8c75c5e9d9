"""A patient who comes again: the intake before this one, and the code that shows its answers."""

import django.db.models.deletion
from django.db import migrations, models

from clinic.database import same_clinic

# The trigger of 0002 names its columns; a column that comes later brings its own.
# The previous intake is of the same patient, in the same clinic, and stays what it was.
OWN = """
ALTER TABLE intake_response ADD CONSTRAINT intake_response_previous_id_same_patient
    FOREIGN KEY (previous_id, patient_id) REFERENCES intake_response (id, patient_id)
    DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION intake_response_again_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submitted response does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER intake_response_again_refused BEFORE UPDATE ON intake_response
    FOR EACH ROW WHEN (
        NEW.previous_id IS DISTINCT FROM OLD.previous_id
        OR (OLD.submitted_at IS NOT NULL AND NEW.again <> OLD.again)
    )
    EXECUTE FUNCTION intake_response_again_refused();
"""


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("intake", "0013_sign_offs")]
    operations = [
        migrations.AddField(
            "linksession", "code_opens", models.CharField(default="draft", max_length=5)
        ),
        migrations.AddField("linksession", "code_given_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "response", "again", models.CharField(blank=True, default="", max_length=5)
        ),
        migrations.AddField(
            "response",
            "previous",
            models.ForeignKey(
                "intake.response",
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
        migrations.AddConstraint(
            "response",
            models.UniqueConstraint(fields=("id", "patient"), name="response_of_patient"),
        ),
        migrations.AddConstraint(
            "response",
            models.CheckConstraint(
                condition=models.Q(
                    ("again", ""),
                    models.Q(("again__in", ("same", "other", "anew")), ("previous__isnull", False)),
                    _connector="OR",
                ),
                name="again_after_a_previous_one",
            ),
        ),
        migrations.RunSQL(same_clinic("intake_response", "previous_id", "intake_response") + OWN),
    ]

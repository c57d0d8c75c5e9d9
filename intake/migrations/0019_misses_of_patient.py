"""Whose patient a miss is of, beside the miss: the cases to take away are found from there."""

import django.db.models.deletion
from django.db import migrations, models

from clinic.database import same_clinic

# Row security shows the rows of one clinic at a time, and no row of this table is ever changed.
BACKFILL = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE intake_miss DISABLE TRIGGER intake_miss_update_refused;
DO $$
DECLARE
    one bigint;
BEGIN
    FOR one IN SELECT id FROM clinic_clinic LOOP
        PERFORM set_config('previsit.clinic', one::text, true);
        UPDATE intake_miss SET patient_id = visit.patient_id
            FROM intake_response response
            JOIN clinic_appointment visit ON visit.id = response.appointment_id
            WHERE response.id = intake_miss.response_id AND intake_miss.patient_id IS NULL;
    END LOOP;
    PERFORM set_config('previsit.clinic', '', true);
END $$;
ALTER TABLE intake_miss ENABLE TRIGGER intake_miss_update_refused;
"""
PATIENT = {
    "db_constraint": False,
    "db_index": False,
    "on_delete": django.db.models.deletion.PROTECT,
    "to": "clinic.patient",
}


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("clinic", "0005_names_in_order"), ("intake", "0018_pain_seen")]

    operations = [
        migrations.AddField("miss", "patient", models.ForeignKey(null=True, **PATIENT)),
        migrations.RunSQL(BACKFILL),
        migrations.AlterField("miss", "patient", models.ForeignKey(**PATIENT)),
        migrations.AddIndex("miss", models.Index(fields=["patient"], name="misses_of_patient")),
        migrations.RunSQL(same_clinic("intake_miss", "patient_id", "clinic_patient")),
    ]

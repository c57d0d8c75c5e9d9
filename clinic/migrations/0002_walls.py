"""What Django has no words for: row security, clinics in foreign keys, no double booking."""

from django.db import migrations

from clinic.database import CURRENT_CLINIC, append_only, row_security, same_clinic

# int8range instead of the btree_gist extension: a range of one key overlaps only itself.
NO_DOUBLE_BOOKING = """
ALTER TABLE clinic_appointment ADD CONSTRAINT no_double_booking EXCLUDE USING gist (
    int8range(therapist_id, therapist_id, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL AND NOT is_overbooked);
ALTER TABLE clinic_appointment ADD CONSTRAINT no_two_places_at_once EXCLUDE USING gist (
    int8range(patient_id, patient_id, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) WHERE (cancelled_at IS NULL);
"""

AUDIT_WALL = f"""
ALTER TABLE clinic_auditevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE clinic_auditevent FORCE ROW LEVEL SECURITY;
CREATE POLICY own_clinic ON clinic_auditevent FOR SELECT
    USING (clinic_id IS NOT DISTINCT FROM {CURRENT_CLINIC});
CREATE POLICY anybody_leaves_a_trace ON clinic_auditevent FOR INSERT
    WITH CHECK (clinic_id IS NULL OR clinic_id = {CURRENT_CLINIC});
"""  # noqa: S608 - a constant of our own

SHARED_CACHE = """
CREATE TABLE shared_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""

WALLS = "".join(
    [
        *map(
            row_security,
            ("clinic_patient", "clinic_contact", "clinic_appointment", "clinic_message"),
        ),
        same_clinic("clinic_contact", "patient_id", "clinic_patient"),
        same_clinic("clinic_message", "patient_id", "clinic_patient"),
        same_clinic("clinic_appointment", "patient_id", "clinic_patient"),
        same_clinic("clinic_appointment", "therapist_id", "clinic_user"),
        NO_DOUBLE_BOOKING,
        append_only("clinic_auditevent"),
        AUDIT_WALL,
        SHARED_CACHE,
    ]
)


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("clinic", "0001_initial")]
    operations = [migrations.RunSQL(WALLS)]

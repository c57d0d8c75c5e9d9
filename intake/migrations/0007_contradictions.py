"""What the patient was asked again, because answers did not fit together."""

from django.db import migrations

import clinic.fields

# The trigger of 0002 names its columns; a column that comes later brings its own.
FROZEN = """
CREATE FUNCTION intake_response_asked_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submitted response does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER intake_response_asked_refused BEFORE UPDATE ON intake_response
    FOR EACH ROW WHEN (
        OLD.submitted_at IS NOT NULL AND NEW.contradictions IS DISTINCT FROM OLD.contradictions
    )
    EXECUTE FUNCTION intake_response_asked_refused();
"""


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("intake", "0006_links_asked_for")]
    operations = [
        migrations.AddField("response", "contradictions", clinic.fields.SealedJSON(null=True)),
        migrations.RunSQL(FROZEN),
    ]

"""What each place on the body chart is like, kept beside the answers."""

from django.db import migrations

import clinic.fields

# The trigger of 0002 names its columns; a column that comes later brings its own.
FROZEN = """
CREATE FUNCTION intake_response_places_refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a submitted response does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER intake_response_places_refused BEFORE UPDATE ON intake_response
    FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL AND NEW.places IS DISTINCT FROM OLD.places)
    EXECUTE FUNCTION intake_response_places_refused();
"""


class Migration(migrations.Migration):
    """One way: walls are not taken down."""

    dependencies = [("intake", "0003_people")]
    operations = [
        migrations.AddField("response", "places", clinic.fields.SealedJSON(null=True)),
        migrations.RunSQL(FROZEN),
    ]

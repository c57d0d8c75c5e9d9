"""SQL that Django has no words for, used by the migrations of both apps."""

from django.conf import settings

CURRENT_CLINIC = "NULLIF(current_setting('previsit.clinic', true), '')::bigint"


def row_security(table: str) -> str:
    """Only the clinic of this transaction exists; with none set, nothing. Holds for owners too."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY own_clinic ON {table}
        USING (clinic_id = {CURRENT_CLINIC}) WITH CHECK (clinic_id = {CURRENT_CLINIC});
    """


def same_clinic(table: str, column: str, target: str) -> str:
    """A foreign key with the clinic on both sides: a row cannot point into another clinic."""
    return f"""
    ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_clinic
        FOREIGN KEY ({column}, clinic_id) REFERENCES {target} (id, clinic_id)
        DEFERRABLE INITIALLY DEFERRED;
    """


def append_only(table: str) -> str:
    """No row is ever changed or deleted, whoever asks."""
    return refuse(table, "UPDATE OR DELETE", "true", f"{table} is append-only")


def refuse(table: str, events: str, condition: str, message: str) -> str:
    """A trigger that refuses `events` on rows of which `condition` (about OLD) holds."""
    name = f"{table}_{events.split()[0].lower()}_refused"
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER {name} BEFORE {events} ON {table}
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {name}();
    """


APPEND_ONLY = (
    "clinic_auditevent",
    "clinic_clinictexts",
    "clinic_taskevent",
    "intake_questionnaireversion",
    "intake_packversion",
    "intake_consent",
    "intake_verdict",
    "intake_addendum",
    "intake_miss",
    "intake_export",
    "intake_examresult",
    "intake_signoff",
    "intake_painseen",
)


def grants() -> str:
    """What the runtime role may do. Run after every migration, by the owner; safe to repeat."""
    role = '"' + settings.DATABASES["default"]["USER"].replace('"', '""') + '"'
    tables = ", ".join(APPEND_ONLY)
    return f"""
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    REVOKE UPDATE, DELETE ON {tables} FROM {role};
    REVOKE DELETE ON intake_response, intake_flag, intake_note, intake_invitation FROM {role};
    REVOKE DELETE ON intake_rehearsal, intake_rehearsalpart, intake_rereading FROM {role};
    REVOKE DELETE ON clinic_task, clinic_oncall FROM {role};
    REVOKE DELETE ON intake_instrumentversion, intake_instrumentresponse FROM {role};
    REVOKE DELETE ON intake_programme, intake_programmeday FROM {role};
    REVOKE DELETE ON intake_followup FROM {role};
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
    """  # noqa: S608 - names from our own settings

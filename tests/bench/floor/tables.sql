-- The floor's own tables: plain rows, no row security, nothing encrypted.
CREATE TABLE floor.patient (
    id bigint PRIMARY KEY, reference text NOT NULL, given_name text NOT NULL,
    family_name text NOT NULL, birth_date date NOT NULL
);
CREATE TABLE floor.visit (
    id bigint PRIMARY KEY, patient_id bigint NOT NULL REFERENCES floor.patient,
    therapist_id bigint NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
    cancelled_at timestamptz
);
CREATE INDEX visit_of_therapist ON floor.visit (therapist_id, starts_at, id)
    WHERE cancelled_at IS NULL;
CREATE TABLE floor.link (
    key_hash bytea PRIMARY KEY, visit_id bigint NOT NULL REFERENCES floor.visit,
    clinic text NOT NULL, expires_at timestamptz NOT NULL
);
CREATE TABLE floor.response (
    visit_id bigint PRIMARY KEY REFERENCES floor.visit, answers text NOT NULL,
    story text NOT NULL, urgency smallint NOT NULL, begun_at timestamptz NOT NULL,
    saved_at timestamptz NOT NULL, submitted_at timestamptz, submit_key uuid UNIQUE, signer text
);
CREATE TABLE floor.flag (
    id uuid PRIMARY KEY, visit_id bigint NOT NULL REFERENCES floor.response,
    pattern text NOT NULL, urgency smallint NOT NULL, tier text, evidence text NOT NULL,
    raised_at timestamptz NOT NULL, changed_at timestamptz
);
CREATE INDEX flag_of_visit ON floor.flag (visit_id);
CREATE TABLE floor.verdict (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, flag_id uuid NOT NULL REFERENCES floor.flag,
    verdict text NOT NULL, reason text, author text NOT NULL, at timestamptz NOT NULL
);
CREATE INDEX verdict_of_flag ON floor.verdict (flag_id, at);
CREATE TABLE floor.told (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, visit_id bigint NOT NULL,
    told text NOT NULL, language text NOT NULL, shown_at timestamptz NOT NULL,
    confirmed_at timestamptz
);
CREATE INDEX told_of_visit ON floor.told (visit_id);
CREATE TABLE floor.note (
    visit_id bigint PRIMARY KEY REFERENCES floor.visit, note text NOT NULL, author text NOT NULL,
    saved_at timestamptz NOT NULL, signed_at timestamptz
);
CREATE TABLE floor.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL, action text NOT NULL, subject text NOT NULL
);

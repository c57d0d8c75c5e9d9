"""Years of a clinic: who came when, one row a visit, from which `copies` makes all the others."""

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import product
from typing import Any

A_DAY = 5  # intakes of a therapist
AHEAD = 20  # days that visits are booked for
COMES, EVERY = 4, 10  # how often a patient comes, and after how many days again
STEMS = (
    "ash bar car dal el far gra hol in jar kel lan mar nor ol par qui ros sto tra und ver wil yor"
)
ENDS = "berg by cott dale den ell er field ford gate ham ing ley low man more ness ton well wood"
FAMILIES = [stem + end for stem, end in product(STEMS.split(), ENDS.split())]
GIVEN = [stem + end for stem, end in product(STEMS.split(), ("a", "an", "e", "ia", "o", "us"))]


@dataclass(frozen=True)
class Part:
    """One clinic's share: so many sent intakes of its therapists, like that of `visit`.

    `away` has no copies from yesterday on: her list of the day is made otherwise.
    """

    clinic: int
    therapists: list[int]
    away: int
    desk: int
    rows: int
    now: datetime
    visit: int

    def named(self) -> dict[str, Any]:
        """For the statements below."""
        return asdict(self) | {
            "each": A_DAY,
            "ahead": AHEAD + 3,
            "comes": COMES,
            "every": EVERY,
            "families": FAMILIES,
            "given": GIVEN,
        }


# One row a visit; everything else follows from it. `day` counts back from the day before yesterday
# and is negative after it, `time` says which of a patient's visits it is, counted back too.
BULK = """
    CREATE UNLOGGED TABLE bulk (
        clinic_id bigint, turn bigint, day bigint, place bigint, time bigint, patient_id bigint,
        visit_id bigint, therapist_id bigint, desk_id bigint, starts_at timestamptz,
        sent_at timestamptz, state text, response_id uuid, invitation_id uuid, note_id uuid,
        next_visit_id bigint
    )
"""
VISITS = """
    INSERT INTO bulk
    SELECT clinic, turn, day, place, CASE WHEN day < 0 THEN 0 ELSE mod(day / every, comes) END,
        first_patient + CASE WHEN day < 0 THEN turn + soon
            ELSE soon + (day / (every * comes) * every + mod(day, every)) * a_day + place END,
        first_visit + turn + soon, therapist, %(desk)s, starts_at,
        least(starts_at - interval '20 hours', %(now)s - interval '1 hour'),
        CASE WHEN day >= -1 OR (day >= -3 AND mod(place, 5) < 3) THEN 'sent'
            WHEN day >= -3 AND mod(place, 5) = 3 THEN 'begun'
            WHEN day >= -10 THEN 'invited' ELSE 'none' END,
        md5('response' || key)::uuid, md5('invitation' || key)::uuid, md5('note' || key)::uuid,
        first_visit + turn + soon - every * a_day
    FROM (
        SELECT *, clinic || ' ' || turn AS key, therapists[1 + place / each] AS therapist,
            %(now)s - (day + 2) * interval '1 day' + (2 + mod(place, each)) * interval '1 hour'
                AS starts_at
        FROM (
            SELECT *, floor(turn / a_day::numeric)::bigint AS day,
                turn - floor(turn / a_day::numeric)::bigint * a_day AS place,
                1 + greatest(0, (SELECT max(id) FROM clinic_patient),
                    (SELECT max(patient_id) FROM bulk)) AS first_patient,
                1 + greatest(0, (SELECT max(id) FROM clinic_appointment),
                    (SELECT max(visit_id) FROM bulk)) AS first_visit
            FROM (
                SELECT *, each * cardinality(therapists) AS a_day,
                    ahead * each * cardinality(therapists) AS soon
                FROM (
                    SELECT %(clinic)s::bigint AS clinic, %(therapists)s::bigint[] AS therapists,
                        %(each)s::bigint AS each, %(ahead)s::bigint AS ahead,
                        %(every)s::bigint AS every, %(comes)s::bigint AS comes
                ) AS given
            ) AS sizes, generate_series(-soon, %(rows)s - 1) AS turn
        ) AS turns
    ) AS visits
    WHERE day >= 0 OR therapist <> %(away)s
"""

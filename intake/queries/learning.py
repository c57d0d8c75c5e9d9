"""What the verdicts teach: counts per pattern and pack version, and of nobody.

What was counted until some time is kept (`Learned`). On it comes what was sent since or is still
open, and every verdict since on a flag that was counted before: less the one it follows.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Subquery

from intake.models import Learned, PackVersion
from intake.precision import Counted
from intake.queries.questionnaires import get_published

# Shown: it stood on a brief, that is neither held back nor taken back by an answer before anybody
# judged it. Of the verdicts on a flag the latest counts, and the flag with it for the pack whose
# card was judged: a newer one may have read the open intake again since. Nobody's name or number
# is read.
BEFORE = """
    WITH latest AS (
        SELECT DISTINCT ON (flag_id) flag_id, choice, pack_id AS judged_with FROM intake_verdict
        WHERE at < %(until)s ORDER BY flag_id, at DESC, id
    )
    SELECT COALESCE(judged_with, flag.pack_id) AS pack_id, flag.pattern, count(*) AS shown,
        count(*) FILTER (WHERE choice = 'confirmed') AS confirmed,
        count(*) FILTER (WHERE choice = 'not_this') AS not_this,
        count(*) FILTER (WHERE choice = 'cannot_tell') AS cannot_tell
    FROM intake_response response JOIN intake_flag flag ON flag.response_id = response.id
        LEFT JOIN latest ON latest.flag_id = flag.id
    WHERE response.submitted_at < %(until)s
        AND NOT flag.is_suppressed AND (flag.changed_at IS NULL OR choice IS NOT NULL)
    GROUP BY 1, 2
"""
LATEST = """
    LEFT JOIN LATERAL (
        SELECT choice, pack_id AS judged_with FROM intake_verdict verdict
        WHERE verdict.flag_id = flag.id ORDER BY at DESC, id LIMIT 1
    ) AS latest ON true
"""
COUNTS = f"""
    WITH counted AS (
        SELECT pack_id, pattern, shown, confirmed, not_this, cannot_tell, 0 AS missed
        FROM jsonb_to_recordset(%(kept)s::jsonb) AS kept (pack_id bigint, pattern text, shown int,
            confirmed int, not_this int, cannot_tell int)
        UNION ALL
        SELECT COALESCE(judged_with, flag.pack_id), flag.pattern, count(*),
            count(*) FILTER (WHERE choice = 'confirmed'),
            count(*) FILTER (WHERE choice = 'not_this'),
            count(*) FILTER (WHERE choice = 'cannot_tell'), 0
        FROM intake_response response JOIN intake_flag flag ON flag.response_id = response.id
            {LATEST}
        WHERE (response.submitted_at >= %(until)s OR response.submitted_at IS NULL)
            AND NOT flag.is_suppressed AND (flag.changed_at IS NULL OR choice IS NOT NULL)
        GROUP BY 1, 2
        UNION ALL
        SELECT turn.pack_id, flag.pattern,
            COALESCE(sum(turn.sign) FILTER (WHERE turn.was_shown), 0),
            COALESCE(sum(turn.sign) FILTER (WHERE turn.choice = 'confirmed'), 0),
            COALESCE(sum(turn.sign) FILTER (WHERE turn.choice = 'not_this'), 0),
            COALESCE(sum(turn.sign) FILTER (WHERE turn.choice = 'cannot_tell'), 0), 0
        FROM (SELECT DISTINCT flag_id FROM intake_verdict WHERE at >= %(until)s) AS judged
            JOIN intake_flag flag ON flag.id = judged.flag_id AND NOT flag.is_suppressed
            JOIN intake_response response ON response.id = flag.response_id
                AND response.submitted_at < %(until)s
            {LATEST}
            LEFT JOIN LATERAL (
                SELECT choice, pack_id AS judged_with FROM intake_verdict verdict
                WHERE verdict.flag_id = flag.id AND at < %(until)s
                ORDER BY at DESC, id LIMIT 1
            ) AS former ON true
            CROSS JOIN LATERAL (VALUES
                (1, COALESCE(latest.judged_with, flag.pack_id), latest.choice, true),
                (-1, COALESCE(former.judged_with, flag.pack_id), former.choice,
                    flag.changed_at IS NULL OR former.choice IS NOT NULL)
            ) AS turn (sign, pack_id, choice, was_shown)
        GROUP BY 1, 2
        UNION ALL
        SELECT pack_id, pattern, 0, 0, 0, 0, count(*) FROM intake_miss miss
        WHERE takes_back_id IS NULL
            AND NOT EXISTS (SELECT FROM intake_miss back WHERE back.takes_back_id = miss.id)
        GROUP BY 1, 2
    )
    SELECT pattern, pack.version, sum(shown)::int, sum(confirmed)::int, sum(not_this)::int,
        sum(cannot_tell)::int, sum(missed)::int, COALESCE((
            SELECT signed_on IS NOT NULL FROM intake_signoff signed
            WHERE signed.pack_id = pack.id ORDER BY number DESC LIMIT 1
        ), false)
    FROM counted JOIN intake_packversion pack ON pack.id = pack_id
    GROUP BY pattern, pack.id, pack.version, pack.published_at
    HAVING sum(shown) > 0 OR sum(missed) > 0
    ORDER BY pack.published_at DESC, pack.id DESC, sum(shown) DESC, pattern
"""  # noqa: S608 - our own words
KEPT = ("pack_id", "pattern", "shown", "confirmed", "not_this", "cannot_tell")
ELSE = "Something else"
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def list_counts() -> tuple[Counted, ...]:
    """The newest pack first, in it the most shown; of the clinic this transaction is inside."""
    kept = Learned.objects.all()
    newest = PackVersion.objects.order_by("-published_at", "-id").annotate(
        until=Subquery(kept.values("until")[:1]), counts=Subquery(kept.values("counts")[:1])
    )
    found = newest.values_list("pk", "until", "counts").first()
    if found is None:
        return ()
    pack_id, until, counts = found
    told = {"until": until or ALWAYS, "kept": orjson.dumps(counts or []).decode()}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, told)
        rows = cursor.fetchall()
    # What the pack in force calls its patterns; one that it no longer has keeps its id.
    names = {"": ELSE} | {one.id: one.name("en") for one in get_published(pack_id).pack.patterns}
    return tuple(Counted(row[0], names.get(row[0], row[0]), *row[1:]) for row in rows)


def count_before(until: datetime) -> list[dict[str, Any]]:
    """As `Learned` keeps it; of the clinic this transaction is inside."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, {"until": until})
        return [dict(zip(KEPT, row, strict=True)) for row in cursor.fetchall()]

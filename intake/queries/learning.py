"""What the verdicts teach: counts per pattern and pack version, and of nobody. One statement."""

from django.db import connection

from intake.precision import Counted
from intake.queries.questionnaires import NothingPublished, get_newest

# Shown: it stood on a brief, that is neither held back nor taken back by an answer before anybody
# judged it. Of the verdicts on a flag the latest counts. Nobody's name or number is read.
COUNTS = """
    WITH latest AS (
        SELECT DISTINCT ON (flag_id) flag_id, choice FROM intake_verdict
        ORDER BY flag_id, at DESC, id
    ), counted AS (
        SELECT flag.pack_id, flag.pattern, count(*) AS shown,
            count(*) FILTER (WHERE choice = 'confirmed') AS confirmed,
            count(*) FILTER (WHERE choice = 'not_this') AS not_this,
            count(*) FILTER (WHERE choice = 'cannot_tell') AS cannot_tell,
            0 AS missed
        FROM intake_flag flag LEFT JOIN latest ON latest.flag_id = flag.id
        WHERE NOT flag.is_suppressed AND (flag.changed_at IS NULL OR choice IS NOT NULL)
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
    ORDER BY pack.published_at DESC, pack.id DESC, sum(shown) DESC, pattern
"""
ELSE = "Something else"


def list_counts() -> tuple[Counted, ...]:
    """The newest pack first, in it the most shown; of the clinic this transaction is inside."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        rows = cursor.fetchall()
    names = pattern_names()
    return tuple(Counted(row[0], names.get(row[0], row[0]), *row[1:]) for row in rows)


def pattern_names() -> dict[str, str]:
    """What the pack in force calls its patterns; one that it no longer has keeps its id."""
    try:
        pack = get_newest().pack
    except NothingPublished:
        return {"": ELSE}
    return {"": ELSE} | {pattern.id: pattern.name("en") for pattern in pack.patterns}

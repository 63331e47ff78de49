"""The walk over operations as functions of the database: one call, whatever the number of lots.

They read only, without temporary tables, so that a replica answers them, and they can be joined to
the ledger and the stock where those are: only the answer crosses the wire.
"""

from string import Template

from odoo.tools import SQL

#: The two directions mirror each other: going backward, the clock runs backward.
WAYS = (
    {
        "near": "in",
        "far": "out",
        "came": "repair_in",
        "goes": "repair_out",
        "gets": "first_time",
        "ends": "last_time",
        "within": "<=",
        "best": "min",
        "later": "greatest",
        "order": "ASC",
        "always": "-infinity",
    },
    {
        "near": "out",
        "far": "in",
        "came": "repair_out",
        "goes": "repair_in",
        "gets": "last_time",
        "ends": "first_time",
        "within": ">=",
        "best": "max",
        "later": "least",
        "order": "DESC",
        "always": "infinity",
    },
)

#: What the functions are called, with their arguments.
FUNCTIONS = (
    "trace_reach(int[], timestamp[], boolean, int[], boolean)",
    "trace_ways(int[], timestamp[], boolean, int[], boolean)",
)

#: One operation further, from all lots of the last step together. An operation is looked at once,
#: not once for each pair of input and output: ``any_at`` counts for what it gave at or after that
#: time, ``open_at`` for all that it gave. In a repair the old part leaves before the new one comes.
STEP = """
            SELECT array_agg(s.lot_id), array_agg(s.repair), array_agg(s.at)
            INTO last_lot, last_repair, last_at
            FROM (
                SELECT f.lot_id,
                    CASE WHEN f.operation = '$came' THEN f.operation_id ELSE 0 END AS repair,
                    $best($later(f.$gets, CASE WHEN u.any_at $within f.$ends
                        THEN u.any_at ELSE u.open_at END)) AS at
                FROM (
                    SELECT n.operation_id, n.operation,
                        CASE WHEN w.repair <> 0 THEN w.lot_id END AS itself,
                        $best(w.at) AS any_at,
                        $best(w.at) FILTER (WHERE w.at $within n.$ends) AS open_at
                    FROM unnest(last_lot, last_repair, last_at) AS w(lot_id, repair, at)
                    JOIN trace_edge n ON n.lot_id = w.lot_id AND n.side = '$near'
                        AND (w.repair = 0 OR n.operation <> '$goes' OR n.operation_id <> w.repair)
                    GROUP BY 1, 2, 3
                ) u
                JOIN trace_edge f ON f.operation_id = u.operation_id
                    AND f.operation = u.operation AND f.side = '$far'
                    AND f.lot_id IS DISTINCT FROM u.itself
                    AND (u.any_at $within f.$ends OR u.open_at IS NOT NULL)
                    AND (loose OR f.lot_id > 0)
                    AND (companies IS NULL OR f.company_id = ANY(companies))
                GROUP BY 1, 2
            ) s;
"""

#: Of the ways found last, those that are better than the known ones: earlier, or, where what is
#: known went through one repair only, through something else (that repair is open to it, then).
COMPARE = """
                SELECT array_agg(c.lot_id), array_agg(c.repair), array_agg(c.at)
                INTO last_lot, last_repair, last_at
                FROM (
                    SELECT a.*, min(a.repair) FILTER (WHERE NOT a.fresh) OVER before AS one,
                        max(a.repair) FILTER (WHERE NOT a.fresh) OVER before AS other
                    FROM (
                        SELECT k.*, FALSE AS fresh
                        FROM unnest(known_lot, known_repair, known_at) AS k(lot_id, repair, at)
                        UNION ALL
                        SELECT k.*, TRUE
                        FROM unnest(last_lot, last_repair, last_at) AS k(lot_id, repair, at)
                    ) a
                    WINDOW before AS (PARTITION BY a.lot_id ORDER BY a.at $order, a.fresh
                        ROWS UNBOUNDED PRECEDING)
                ) c
                WHERE c.fresh AND (c.one IS NULL
                    OR c.one = c.other AND c.one <> 0 AND c.one <> c.repair);
"""

#: What was found is compared with what is known once it is much enough: a chain of thousands of
#: operations would otherwise have all of it compared in every step. Until then ways that are no
#: better than known ones are followed, too; they change nothing, and cycles end at the next
#: comparison.
WALK = """
        last_at := ARRAY(SELECT COALESCE(times[i], '$always')
            FROM generate_subscripts(lots, 1) AS i ORDER BY i);
        LOOP
            added := added + cardinality(last_lot);
            IF cardinality(known_lot) < 100 + 4 * added THEN
                $compare
                added := 0;
            END IF;
            EXIT WHEN last_lot IS NULL;
            known_lot := known_lot || last_lot;
            known_repair := known_repair || last_repair;
            known_at := known_at || last_at;
            known_level := known_level || array_fill(step, ARRAY[cardinality(last_lot)]);
            step := step + 1;
            $step
            EXIT WHEN last_lot IS NULL;
        END LOOP;
"""

#: The plan is given: without statistics, or with those of another day, the planner may take the
#: whole table for cheaper, and to look for it again in every step takes longer than the step.
FUNCTION = """
CREATE OR REPLACE FUNCTION trace_ways(
    lots int[], times timestamp[], forward boolean, companies int[], loose boolean)
RETURNS TABLE (lot_id int, repair int, at timestamp, level int)  -- a lot more than once
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET jit = off SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_sort = off
SET plan_cache_mode = force_generic_plan SET work_mem = '64MB'
AS $function$
#variable_conflict use_column
DECLARE
    step int := 0;
    added int := 0;
    known_lot int[] := '{}'; known_repair int[] := '{}';
    known_at timestamp[] := '{}'; known_level int[] := '{}';
    last_lot int[] := lots; last_repair int[]; last_at timestamp[];
BEGIN
    IF COALESCE(cardinality(lots), 0) = 0 THEN
        RETURN;
    END IF;
    last_repair := array_fill(0, ARRAY[cardinality(lots)]);
    IF forward THEN
        $forward
    ELSE
        $backward
    END IF;
    RETURN QUERY SELECT * FROM unnest(known_lot, known_repair, known_at, known_level);
END $function$;

CREATE OR REPLACE FUNCTION trace_reach(
    lots int[], times timestamp[], forward boolean, companies int[], loose boolean DEFAULT FALSE)
RETURNS TABLE (lot_id int, at timestamp, level int)
LANGUAGE sql STABLE PARALLEL RESTRICTED
AS $function$
    SELECT w.lot_id, CASE WHEN forward THEN min(w.at) ELSE max(w.at) END, min(w.level)
    FROM trace_ways(lots, times, forward, companies, loose) w GROUP BY w.lot_id
$function$;
"""


def dropped():
    """SQL that drops the functions."""
    return "; ".join(f"DROP FUNCTION IF EXISTS {function}" for function in FUNCTIONS)


def functions():
    """SQL that makes the functions anew: what they give back may have changed."""
    ways = [
        _filled(WALK, way | {"compare": _filled(COMPARE, way), "step": _filled(STEP, way)})
        for way in WAYS
    ]
    made = FUNCTION.replace("$forward", ways[0]).replace("$backward", ways[1])
    return f"{dropped()}; {made}"


def _filled(text, words):
    return Template(text).substitute(words)


#: Operations between the lots reached, with those of their lots that are concerned.
LINKS = """
    WITH near AS MATERIALIZED (
        SELECT n.*, w.at, w.level
        FROM trace_ways(%(arguments)s) w
        JOIN trace_edge n ON n.lot_id = w.lot_id AND n.side = '$near'
            AND (w.repair = 0 OR n.operation <> '$goes' OR n.operation_id <> w.repair)
    ), far AS MATERIALIZED (
        SELECT f.* FROM (SELECT DISTINCT operation_id, operation FROM near) o
        JOIN trace_edge f ON f.operation_id = o.operation_id AND f.operation = o.operation
            AND f.side = '$far'
        WHERE %(companies)s::int[] IS NULL OR f.company_id = ANY(%(companies)s)
    ), linked AS (
        SELECT n.operation, n.operation_id, n.operation_name, n.side, n.lot_id, n.last_time, n.level
        FROM near n WHERE EXISTS (
            SELECT FROM far f WHERE f.operation_id = n.operation_id AND f.operation = n.operation
                AND f.lot_id <> n.lot_id AND n.at $within $later(n.$ends, f.$ends))
        UNION ALL
        SELECT f.operation, f.operation_id, f.operation_name, f.side, f.lot_id, f.last_time, NULL
        FROM far f WHERE EXISTS (
            SELECT FROM near n WHERE f.operation_id = n.operation_id AND f.operation = n.operation
                AND f.lot_id <> n.lot_id AND n.at $within $later(n.$ends, f.$ends))
    )
    SELECT operation, operation_id, max(operation_name) AS name, max(last_time) AS time,
        min(level) AS level,
        COALESCE(array_agg(DISTINCT lot_id) FILTER (WHERE side = 'in'), '{}') AS inputs,
        COALESCE(array_agg(DISTINCT lot_id) FILTER (WHERE side = 'out'), '{}') AS outputs
    FROM linked GROUP BY operation, operation_id
    ORDER BY level, time, operation, operation_id LIMIT %(limit)s
"""


def links(forward, arguments, companies, limit):
    """SQL of the operations between the lots that a walk reaches.

    :param arguments: SQL of the arguments of ``trace_ways``
    """
    return SQL(
        _filled(LINKS, WAYS[0] if forward else WAYS[1]),
        arguments=arguments,
        companies=companies,
        limit=limit,
    )

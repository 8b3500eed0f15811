-- What each account moved in a closed month, by the month it is effective in: far back is read from here, not leg by leg.
-- Written when a month closes, deleted when it opens again, recomputed by ledger_verify. The table stands here because
-- each version of the ledger installs all functions, and those that read it need it.
CREATE TABLE IF NOT EXISTS ledger_turnover (
    city_code   text COLLATE "C" NOT NULL,
    month       text COLLATE "C" NOT NULL,
    book        text COLLATE "C" NOT NULL,
    period      text COLLATE "C" NOT NULL,
    account_id  bigint NOT NULL,
    debits_fen  bigint NOT NULL,  -- less credits
    legs        bigint NOT NULL,
    CONSTRAINT pk_ledger_turnover PRIMARY KEY (city_code, month, book, period, account_id)
);

CREATE OR REPLACE FUNCTION ledger_keep_turnover(p_city text, p_book text, p_period text) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO ledger_turnover (city_code, month, book, period, account_id, debits_fen, legs)
    SELECT p_city, to_char(e.effective_on, 'YYYY-MM'), p_book, p_period, l.account_id,
           sum(CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END), count(*)
      FROM ledger_entry e CROSS JOIN LATERAL (SELECT * FROM ledger_leg WHERE entry_id = e.id OFFSET 0) l
     WHERE e.book = p_book AND e.city_code = p_city AND e.period = p_period
     GROUP BY to_char(e.effective_on, 'YYYY-MM'), l.account_id
$$;

-- By account: debits less credits of the legs after the day, or recorded after the moment, and how many they are. Of a
-- closed month the turnover says it, unless the day or the moment is within. A null sets no bound.
-- The legs are looked up entry by entry, whatever the planner expects: a scan would grow with the journal.
CREATE OR REPLACE FUNCTION ledger_later(p_city text, p_on date, p_known_at timestamptz)
RETURNS TABLE (account_id bigint, debits_fen bigint, legs bigint) LANGUAGE sql STABLE SECURITY DEFINER ROWS 5000
SET search_path = pg_catalog, public, pg_temp SET enable_memoize = off AS $$
    WITH chain AS MATERIALIZED (
        SELECT p.book, p.period, p.status = 'closed' AND p.last_recorded_at <= coalesce(p_known_at, 'infinity') AS known,
               p.status = 'closed' AND coalesce(p_known_at < (SELECT e.recorded_at FROM ledger_entry e
                   WHERE e.book = p.book AND e.city_code = p_city AND e.period = p.period AND e.number = 1), false) AS unknown
          FROM ledger_period p WHERE p.city_code = p_city
    ), within AS (
        SELECT c.book, c.period, p_on AS after, CASE WHEN c.known THEN (date_trunc('month', p_on) + interval '1 month')::date
                                                     ELSE 'infinity' END AS before
          FROM chain c
         WHERE CASE WHEN c.known THEN EXISTS (
                        SELECT FROM ledger_turnover t WHERE t.city_code = p_city AND t.month = to_char(p_on, 'YYYY-MM')
                           AND t.book = c.book AND t.period = c.period)
                    -- an entry stands in the month of its day or, when that was closed, in a later one
                    ELSE NOT c.unknown AND (p_known_at IS NOT NULL OR c.period >= to_char(p_on, 'YYYY-MM')) END
    )
    SELECT x.account_id, sum(x.debits_fen)::bigint, sum(x.legs)::bigint
      FROM (SELECT t.account_id, t.debits_fen, t.legs
              FROM chain c JOIN ledger_turnover t ON t.city_code = p_city AND t.book = c.book AND t.period = c.period
             WHERE c.unknown OR (c.known AND t.month > to_char(p_on, 'YYYY-MM'))
            UNION ALL
            SELECT l.account_id, CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END, 1
              FROM within w
             CROSS JOIN LATERAL (
                   SELECT e.id FROM ledger_entry e
                    WHERE e.book = w.book AND e.city_code = p_city AND e.period = w.period
                      AND ((e.effective_on > w.after AND e.effective_on < w.before) OR e.recorded_at > p_known_at) OFFSET 0) e
             CROSS JOIN LATERAL (SELECT * FROM ledger_leg WHERE entry_id = e.id OFFSET 0) l) x
     GROUP BY x.account_id
$$;

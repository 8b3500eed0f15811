-- Proof that the books are what was posted. Everything is recomputed from entries and legs; nothing is repaired.
-- Whole, or without the entries of closed months: they were verified when their month closed, and stand here with the
-- number and head they closed with and their turnover. Legs are looked up by entry and by account in the order of an
-- index, whatever the planner expects, of a few entries or a million: nothing is sorted or written to disk. No join
-- goes over one side for each row of the other: a plan made while the tables were empty, and kept by its connection, did.
CREATE OR REPLACE FUNCTION ledger_verify(p_city text, p_whole boolean DEFAULT true)
RETURNS TABLE (check_name text, subject text, detail text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' SET enable_memoize = off SET enable_nestloop = off AS $$
    WITH period AS MATERIALIZED (
        SELECT p.*, p.book || '-' || p.period AS name, p.status <> 'closed' OR p_whole AS read
          FROM ledger_period p WHERE city_code = p_city
    ), wrong_entry AS MATERIALIZED (
        SELECT * FROM (
            SELECT e.id, e.book, e.period, e.number, e.number_before, t.lines, t.difference,
                   t.lines < 2 OR t.difference <> 0 AS unbalanced,
                   e.body_hash <> ledger_body(e.fact, e.reference, e.effective_on, e.actor, e.determination_id, e.case_id,
                                              e.approvals, e.reason, e.reverses, e.hold_id, e.hold_fen, t.legs) AS body,
                   e.hash <> ledger_link(e.prev_hash, e.body_hash, e.id, e.idempotency_key, e.period, e.number,
                                         (extract(epoch FROM e.recorded_at) * 1000000)::bigint::text) AS link,
                   e.prev_hash IS DISTINCT FROM coalesce(e.before, p.opening_hash) AS chain,
                   e.number <> e.number_before + 1 AS gap
              FROM period p
             CROSS JOIN LATERAL (
                   SELECT *, lag(hash) OVER (ORDER BY number) AS before,
                          lag(number, 1, 0::bigint) OVER (ORDER BY number) AS number_before
                     FROM ledger_entry WHERE book = p.book AND city_code = p_city AND period = p.period) e
             CROSS JOIN LATERAL (
                   SELECT string_agg(concat(a.code, ' ', CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END), ','
                                     ORDER BY l.line) AS legs,
                          sum(CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END) AS difference, count(*) AS lines
                     FROM ledger_leg l
                     LEFT JOIN LATERAL (SELECT CASE city_code WHEN p_city THEN code END AS code
                                          FROM ledger_account WHERE id = l.account_id OFFSET 0) a ON true
                    WHERE l.entry_id = e.id) t
             WHERE p.read OFFSET 0) e
         WHERE unbalanced OR body OR link OR chain OR gap
    ), moved AS MATERIALIZED (
        SELECT l.account_id, e.month, e.book, e.period, count(*) AS legs, min(l.account_version) AS first_version,
               sum(CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END) AS debits_fen
          FROM ledger_leg l LEFT JOIN (
               SELECT id, book, period, to_char(effective_on, 'YYYY-MM') AS month FROM ledger_entry WHERE city_code = p_city
               ) e ON e.id = l.entry_id
         WHERE l.city_code = p_city AND p_whole GROUP BY l.account_id, e.month, e.book, e.period
        UNION ALL
        SELECT t.account_id, t.month, t.book, t.period, t.legs, NULL, t.debits_fen
          FROM ledger_turnover t WHERE t.city_code = p_city AND NOT p_whole
        UNION ALL
        SELECT l.account_id, NULL, p.book, p.period, count(*), min(l.account_version),
               sum(CASE l.side WHEN 'D' THEN l.amount_fen ELSE -l.amount_fen END)
          FROM period p
         CROSS JOIN LATERAL (SELECT id FROM ledger_entry
                              WHERE book = p.book AND city_code = p_city AND period = p.period OFFSET 0) e
         CROSS JOIN LATERAL (SELECT * FROM ledger_leg WHERE entry_id = e.id OFFSET 0) l
         WHERE p.read AND NOT p_whole GROUP BY l.account_id, p.book, p.period
    ), summed AS (
        SELECT account_id, sum(debits_fen) AS debits_fen, sum(legs) AS legs, min(first_version) AS first_version
          FROM moved GROUP BY account_id
    ), astray AS (
        SELECT a.code, w.* FROM summed f
         CROSS JOIN LATERAL (SELECT code, normal_side FROM ledger_account WHERE id = f.account_id OFFSET 0) a
         CROSS JOIN LATERAL (
               SELECT account_version, balance_after_fen,
                      lag(account_version, 1, 0::bigint) OVER (ORDER BY account_version) AS version_before,
                      lag(balance_after_fen, 1, 0::bigint) OVER (ORDER BY account_version)
                    + CASE WHEN side = a.normal_side THEN amount_fen ELSE -amount_fen END AS balance
                 FROM ledger_leg WHERE account_id = f.account_id AND account_version >= f.first_version - 1) w
         -- the one before the first that is read is where the others follow on
         WHERE w.account_version >= f.first_version
           AND (w.balance_after_fen <> w.balance OR w.account_version <> w.version_before + 1)
    ), pending AS (
        SELECT account_id, sum(amount_fen - captured_fen - released_fen) AS held FROM ledger_hold
         WHERE city_code = p_city AND status = 'pending' GROUP BY account_id
    ), captured AS (
        SELECT hold_id, sum(hold_fen) AS fen FROM ledger_entry
         WHERE city_code = p_city AND hold_id IS NOT NULL GROUP BY hold_id
    )
    SELECT 'entry_unbalanced', e.id::text, format('%s legs, debits minus credits %s fen', lines, difference)
      FROM wrong_entry e WHERE unbalanced
    UNION ALL
    SELECT 'leg_without_entry', l.entry_id::text, 'line ' || l.line FROM ledger_leg l
     WHERE EXISTS (SELECT FROM moved WHERE book IS NULL) AND l.city_code = p_city
       AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.id = l.entry_id AND e.city_code = p_city)
    UNION ALL
    SELECT 'leg_without_account', 'account ' || m.account_id, sum(m.legs) || ' legs' FROM moved m
     WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE a.id = m.account_id AND a.city_code = p_city)
     GROUP BY m.account_id
    UNION ALL
    SELECT 'body_changed', e.id::text, 'the stored entry is not the one that was hashed' FROM wrong_entry e WHERE body
    UNION ALL
    SELECT 'link_changed', e.id::text, 'its hash does not follow from its content and the link before it'
      FROM wrong_entry e WHERE link
    UNION ALL
    SELECT 'chain_broken', e.id::text, format('%s-%s-%s does not follow its predecessor', book, period, number)
      FROM wrong_entry e WHERE chain
    UNION ALL
    SELECT 'number_gap', e.id::text, format('%s-%s: %s follows %s', book, period, number, number_before)
      FROM wrong_entry e WHERE gap
    UNION ALL
    SELECT 'period_missing', m.book || '-' || m.period, 'entries of a month the books do not have'
      FROM moved m LEFT JOIN period p ON p.book = m.book AND p.period = m.period
     WHERE m.book IS NOT NULL AND p.name IS NULL GROUP BY m.book, m.period
    UNION ALL
    SELECT 'chain_cut', p.name, format('the period counts %s entries, the journal ends at %s', p.last_number, h.number)
      FROM period p LEFT JOIN LATERAL (
           SELECT number, hash FROM ledger_entry WHERE book = p.book AND city_code = p_city AND period = p.period
            ORDER BY number DESC LIMIT 1) h ON true
     WHERE (p.last_number, p.head_hash) IS DISTINCT FROM (coalesce(h.number, 0), coalesce(h.hash, p.opening_hash))
    UNION ALL
    SELECT 'opening_unknown', p.name, 'it does not open on its book''s genesis or an earlier period'
      FROM period p
     WHERE p_whole AND p.opening_hash <> ledger_genesis(p_city, p.book) AND p.name NOT IN (
           SELECT p.name FROM ledger_entry e JOIN period p ON p.opening_hash = e.hash AND p.book = e.book
            WHERE e.city_code = p_city AND e.period < p.period)
    UNION ALL
    SELECT 'balance_differs', code, format('account says %s fen in %s legs, the legs %s in %s', posted_fen, version, balance,
                                           legs)
      FROM (SELECT a.code, a.posted_fen, a.version, coalesce(s.legs, 0) AS legs,
                   coalesce(CASE a.normal_side WHEN 'D' THEN s.debits_fen ELSE -s.debits_fen END, 0) AS balance
              FROM ledger_account a LEFT JOIN summed s ON s.account_id = a.id WHERE a.city_code = p_city) a
     WHERE (posted_fen, version) IS DISTINCT FROM (balance, legs)
    UNION ALL
    SELECT 'running_balance_differs', code, format('version %s after %s leaves %s fen, the legs so far %s', account_version,
                                                   version_before, balance_after_fen, balance)
      FROM astray
    UNION ALL
    SELECT 'turnover_differs', coalesce(m.book || '-' || m.period, t.book || '-' || t.period),
           format('account %s, %s: %s fen in %s legs kept, %s in %s stand', coalesce(m.account_id, t.account_id),
                  coalesce(m.month, t.month), t.debits_fen, t.legs, m.debits_fen, m.legs)
      FROM (SELECT m.* FROM moved m JOIN period p ON p.book = m.book AND p.period = m.period AND p.status = 'closed') m
      FULL JOIN (SELECT * FROM ledger_turnover WHERE city_code = p_city) t
             ON (t.month, t.book, t.period, t.account_id) = (m.month, m.book, m.period, m.account_id)
     WHERE p_whole AND (t.debits_fen, t.legs) IS DISTINCT FROM (m.debits_fen, m.legs)
    UNION ALL
    SELECT 'held_differs', a.code, format('account holds %s fen, its holds %s', a.held_fen, coalesce(p.held, 0))
      FROM ledger_account a LEFT JOIN pending p ON p.account_id = a.id
     WHERE a.city_code = p_city AND a.held_fen <> coalesce(p.held, 0)
    UNION ALL
    SELECT 'hold_capture_differs', h.id::text, format('hold says %s fen captured, the journal %s', h.captured_fen,
                                                      coalesce(c.fen, 0))
      FROM ledger_hold h LEFT JOIN captured c ON c.hold_id = h.id
     WHERE h.city_code = p_city AND h.captured_fen <> coalesce(c.fen, 0)
    UNION ALL
    SELECT 'over_reversed', o.id::text, 'its reversals take back more than it posted'
      FROM (SELECT DISTINCT reverses AS id FROM ledger_entry WHERE city_code = p_city AND reverses IS NOT NULL) o WHERE ledger_over_reversed(o.id)
    UNION ALL
    SELECT 'guard_missing', g.name, 'the trigger is absent or switched off'
      FROM (VALUES ('ledger_append_only', 5), ('ledger_entry_balances', 1), ('ledger_entry_stands', 1),
                   ('ledger_hold_ends_once', 1), ('ledger_account_stays', 1), ('ledger_account_words', 1), ('ledger_account_status', 1),
                   ('ledger_period_four_eyes', 1)) g(name, tables)
     WHERE g.tables <> (SELECT count(*) FROM pg_trigger t WHERE t.tgname = g.name AND t.tgenabled IN ('O', 'A')
                           AND t.tgrelid IN ('ledger_entry'::regclass, 'ledger_leg'::regclass, 'ledger_account'::regclass,
                                             'ledger_period'::regclass, 'ledger_hold'::regclass))
    UNION ALL
    SELECT 'guard_missing', 'uq_ledger_entry_key', 'the index that posts a key once is absent or not valid'
     WHERE NOT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                        WHERE i.indrelid = 'ledger_entry'::regclass AND c.relname = 'uq_ledger_entry_key'
                          AND i.indisunique AND i.indisvalid)
    ORDER BY 1, 2
$$;

-- The chains of a city as they stood when the Shanghai day `p_on` ended. Moments do not run backwards along a chain.
CREATE OR REPLACE FUNCTION ledger_heads(p_city text, p_on date)
RETURNS TABLE (book text, period text, number bigint, hash bytea) LANGUAGE sql STABLE AS $$
    SELECT p.book, p.period, h.number, h.hash
      FROM ledger_period p
      JOIN ledger_entry f ON f.book = p.book AND f.city_code = p.city_code AND f.period = p.period AND f.number = 1
       AND f.recorded_at < ((p_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
     CROSS JOIN LATERAL (
           SELECT e.number, e.hash FROM ledger_entry e
            WHERE e.book = p.book AND e.city_code = p.city_code AND e.period = p.period
              AND e.recorded_at < ((p_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
            ORDER BY e.number DESC LIMIT 1) h
     WHERE p.city_code = p_city
$$;

-- One hash over them. It is sent out of the house every day: whoever rewrites a chain later cannot reproduce it.
CREATE OR REPLACE FUNCTION ledger_daily_root(p_city text, p_on date) RETURNS TABLE (root bytea, entries bigint, chains bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', p_city, p_on, string_agg(
               concat_ws(' ', book, period, number, encode(hash, 'hex')), E'\n' ORDER BY book, period)), 'UTF8')),
           coalesce(sum(number), 0)::bigint, count(*)
      FROM ledger_heads(p_city, p_on)
$$;

-- Proof that the books are what was posted. Everything is recomputed from entries and legs; nothing is repaired.
CREATE OR REPLACE FUNCTION ledger_verify(p_city text) RETURNS TABLE (check_name text, subject text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' AS $$
    WITH leg AS MATERIALIZED (
        SELECT l.*, a.code, CASE WHEN l.side = a.normal_side THEN l.amount_fen ELSE -l.amount_fen END AS delta_fen
          FROM ledger_leg l LEFT JOIN ledger_account a ON a.id = l.account_id AND a.city_code = l.city_code
         WHERE l.city_code = p_city
    ), entry AS MATERIALIZED (
        SELECT e.*, lag(hash) OVER chain AS before, lag(number) OVER chain AS number_before,
               (extract(epoch FROM recorded_at) * 1000000)::bigint::text AS micros
          FROM ledger_entry e WHERE city_code = p_city
        WINDOW chain AS (PARTITION BY book, period ORDER BY number)
    ), text_of AS (
        SELECT entry_id, string_agg(concat(code, ' ', CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END), ','
                                    ORDER BY line) AS legs,
               sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) AS difference, count(*) AS lines
          FROM leg GROUP BY entry_id
    ), period AS (
        SELECT p.*, p.book || '-' || p.period AS name FROM ledger_period p WHERE city_code = p_city
    ), head AS (
        SELECT DISTINCT ON (book, period) book, period, number, hash FROM entry ORDER BY book, period, number DESC
    ), walked AS (
        SELECT account_id, account_version, balance_after_fen, sum(delta_fen) OVER w AS balance, row_number() OVER w AS nth
          FROM leg WINDOW w AS (PARTITION BY account_id ORDER BY account_version)
    ), summed AS (
        SELECT account_id, sum(delta_fen) AS balance, count(*) AS legs FROM leg GROUP BY account_id
    ), pending AS (
        SELECT account_id, sum(amount_fen - captured_fen - released_fen) AS held FROM ledger_hold
         WHERE city_code = p_city AND status = 'pending' GROUP BY account_id
    ), captured AS (
        SELECT hold_id, sum(hold_fen) AS fen FROM entry WHERE hold_id IS NOT NULL GROUP BY hold_id
    )
    SELECT 'entry_unbalanced', e.id::text, format('%s legs, debits minus credits %s fen', t.lines, t.difference)
      FROM entry e LEFT JOIN text_of t ON t.entry_id = e.id
     WHERE t.lines IS NULL OR t.lines < 2 OR t.difference <> 0
    UNION ALL
    SELECT 'leg_without_entry', l.entry_id::text, 'line ' || l.line
      FROM leg l WHERE NOT EXISTS (SELECT FROM entry e WHERE e.id = l.entry_id)
    UNION ALL
    SELECT 'leg_without_account', l.entry_id::text, 'account ' || l.account_id FROM leg l WHERE l.code IS NULL
    UNION ALL
    SELECT 'body_changed', e.id::text, 'the stored entry is not the one that was hashed'
      FROM entry e LEFT JOIN text_of t ON t.entry_id = e.id
     WHERE e.body_hash <> ledger_body(e.fact, e.reference, e.effective_on, e.actor, e.determination_id, e.case_id,
                                      e.approvals, e.reason, e.reverses, e.hold_id, e.hold_fen, t.legs)
    UNION ALL
    SELECT 'link_changed', id::text, 'its hash does not follow from its content and the link before it'
      FROM entry WHERE hash <> ledger_link(prev_hash, body_hash, id, idempotency_key, period, number, micros)
    UNION ALL
    SELECT 'chain_broken', e.id::text, format('%s-%s-%s does not follow its predecessor', e.book, e.period, e.number)
      FROM entry e LEFT JOIN period p ON p.book = e.book AND p.period = e.period
     WHERE e.prev_hash IS DISTINCT FROM coalesce(e.before, p.opening_hash)
    UNION ALL
    SELECT 'number_gap', e.id::text, format('%s-%s: %s follows %s', book, period, number, coalesce(number_before, 0))
      FROM entry e WHERE number <> coalesce(number_before, 0) + 1
    UNION ALL
    SELECT 'chain_cut', p.name, format('the period counts %s entries, the journal ends at %s', p.last_number, h.number)
      FROM period p LEFT JOIN head h ON h.book = p.book AND h.period = p.period
     WHERE (p.last_number, p.head_hash) IS DISTINCT FROM (coalesce(h.number, 0), coalesce(h.hash, p.opening_hash))
    UNION ALL
    SELECT 'opening_unknown', p.name, 'it does not open on its book''s genesis or an earlier period'
      FROM period p
     WHERE p.opening_hash <> ledger_genesis(p_city, p.book) AND NOT EXISTS (
         SELECT FROM entry e WHERE e.book = p.book AND e.period < p.period AND e.hash = p.opening_hash)
    UNION ALL
    SELECT 'balance_differs', a.code, format('account says %s fen in %s legs, the legs %s in %s', a.posted_fen, a.version,
                                             coalesce(s.balance, 0), coalesce(s.legs, 0))
      FROM ledger_account a LEFT JOIN summed s ON s.account_id = a.id
     WHERE a.city_code = p_city AND (a.posted_fen, a.version) IS DISTINCT FROM (coalesce(s.balance, 0), coalesce(s.legs, 0))
    UNION ALL
    SELECT 'running_balance_differs', a.code, format('version %s leaves %s fen, the legs so far %s',
                                                     w.account_version, w.balance_after_fen, w.balance)
      FROM walked w JOIN ledger_account a ON a.id = w.account_id
     WHERE w.balance <> w.balance_after_fen OR w.nth <> w.account_version
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
      FROM (SELECT DISTINCT reverses AS id FROM entry WHERE reverses IS NOT NULL) o WHERE ledger_over_reversed(o.id)
    UNION ALL
    SELECT 'guard_missing', g.name, 'the trigger is absent or switched off'
      FROM (VALUES ('ledger_append_only', 5), ('ledger_entry_balances', 1), ('ledger_entry_stands', 1),
                   ('ledger_hold_ends_once', 1), ('ledger_account_stays', 1), ('ledger_account_words', 1),
                   ('ledger_period_four_eyes', 1)) g(name, tables)
     WHERE g.tables <> (SELECT count(*) FROM pg_trigger t WHERE t.tgname = g.name AND t.tgenabled IN ('O', 'A')
                           AND t.tgrelid IN ('ledger_entry'::regclass, 'ledger_leg'::regclass, 'ledger_account'::regclass,
                                             'ledger_period'::regclass, 'ledger_hold'::regclass))
    ORDER BY 1, 2
$$;

-- One hash over the heads of all chains of a city as they stood when the Shanghai day `p_on` ended. It is sent out
-- of the house every day: whoever rewrites a chain later cannot reproduce it.
CREATE OR REPLACE FUNCTION ledger_daily_root(p_city text, p_on date) RETURNS TABLE (root bytea, entries bigint, chains bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD' AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', p_city, p_on, string_agg(
               concat_ws(' ', book, period, number, encode(hash, 'hex')), E'\n' ORDER BY book, period)), 'UTF8')),
           coalesce(sum(number), 0)::bigint, count(*)
      FROM (SELECT DISTINCT ON (book, period) book, period, number, hash FROM ledger_entry
             WHERE city_code = p_city AND recorded_at < ((p_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
             ORDER BY book, period, number DESC) heads
$$;

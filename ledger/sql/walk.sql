-- A batch of which one may be refused, or known already: item by item, each decided on its own.

-- An entry and what reverses it, each by its index: with OR between them all entries would be read.
CREATE OR REPLACE FUNCTION ledger_with_reversals(p_original uuid) RETURNS SETOF ledger_entry LANGUAGE sql STABLE AS $$
    SELECT * FROM ledger_entry WHERE id = p_original AND reverses IS NULL
    UNION ALL
    SELECT * FROM ledger_entry WHERE reverses = p_original
$$;

-- The guard's own look at it, after the fact.
CREATE OR REPLACE FUNCTION ledger_over_reversed(p_original uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT l.account_id,
                   CASE WHEN e.reverses IS NULL THEN l.side ELSE translate(l.side, 'DC', 'CD') END AS side,
                   CASE WHEN e.reverses IS NULL THEN l.amount_fen ELSE -l.amount_fen END AS open_fen
              FROM ledger_with_reversals(p_original) e
             CROSS JOIN LATERAL (SELECT * FROM ledger_leg WHERE entry_id = e.id OFFSET 0) l) r
         GROUP BY account_id, side HAVING sum(open_fen) < 0)
$$;

-- Why an entry may not reverse another, or null. Legs are signed, debits above zero.
CREATE OR REPLACE FUNCTION ledger_refuse_reversal(p_city text, p_original uuid, p_accounts bigint[], p_fen bigint[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM ledger_entry WHERE id = p_original AND city_code = p_city) THEN 'reversal_unknown'
        WHEN EXISTS (SELECT FROM ledger_entry WHERE id = p_original AND reverses IS NOT NULL) THEN 'reversal_of_reversal'
        WHEN EXISTS (
            SELECT FROM (
                SELECT account_id, CASE WHEN e.reverses IS NULL THEN l.side ELSE translate(l.side, 'DC', 'CD') END AS side,
                       CASE WHEN e.reverses IS NULL THEN amount_fen ELSE -amount_fen END AS open_fen
                  FROM ledger_with_reversals(p_original) e
                 CROSS JOIN LATERAL (SELECT * FROM ledger_leg WHERE entry_id = e.id OFFSET 0) l
                UNION ALL
                SELECT account_id, CASE WHEN fen > 0 THEN 'C' ELSE 'D' END, -abs(fen)
                  FROM unnest(p_accounts, p_fen) u(account_id, fen)) r
             GROUP BY account_id, side HAVING sum(open_fen) < 0) THEN 'reversal_exceeds' END
$$;

-- The entry a key stands for.
CREATE OR REPLACE FUNCTION ledger_entry_of_key(p_city text, p_key text) RETURNS SETOF ledger_entry LANGUAGE sql STABLE AS $$
    SELECT * FROM ledger_entry
     WHERE hashtextextended(city_code || ' ' || idempotency_key, 0) = hashtextextended(p_city || ' ' || p_key, 0)
       AND hashtextextended(city_code || ' ' || idempotency_key, 1) = hashtextextended(p_city || ' ' || p_key, 1)
       AND city_code = p_city AND idempotency_key = p_key
$$;

-- Why an entry may not draw on a hold, or null. `p_drawn` is what it takes out of the hold's account.
CREATE OR REPLACE FUNCTION ledger_refuse_capture(hold ledger_hold, p_now timestamptz, p_fen bigint, p_drawn bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN hold.id IS NULL THEN 'hold_unknown'
        WHEN hold.status = 'expired' OR (hold.status = 'pending' AND hold.due_at <= p_now) THEN 'hold_expired'
        WHEN hold.status <> 'pending' THEN 'hold_ended'
        WHEN p_fen > hold.amount_fen - hold.captured_fen - hold.released_fen THEN 'hold_exceeded'
        WHEN p_drawn IS NULL OR p_fen > p_drawn THEN 'hold_mismatch' END
$$;

-- Parameters and answer as of `ledger_post_batch`, which alone may call it: bodies are believed here. It is taken as it came
-- first, unless it failed so already; when one of it is refused or known, it is taken again with care.
CREATE OR REPLACE FUNCTION ledger_walk(
    p_city text, p_book text, p_now timestamptz,
    p_ids uuid[], p_keys text[], p_facts text[], p_references uuid[], p_effective_on date[], p_actors text[],
    p_determinations uuid[], p_cases uuid[], p_approvals text[], p_reasons text[], p_reverses uuid[],
    p_holds uuid[], p_hold_fen bigint[], p_hold_final boolean[],
    p_codes text[], p_leg_items integer[], p_leg_ends integer[], p_leg_at integer[], p_leg_fen bigint[],
    p_event_types text[], p_event_subjects text[], p_event_data text[], p_request_ids text[],
    p_bodies bytea, p_careful boolean,
    OUT plain boolean, OUT first_number bigint, OUT period text, OUT recorded_at timestamptz,
    OUT outcomes text[], OUT entry_ids uuid[], OUT books text[], OUT periods text[], OUT numbers bigint[],
    OUT recorded timestamptz[], OUT accounts text[], OUT available bigint[]
) LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD'
-- Plans are made once per connection, perhaps while the tables are empty: they must fit full ones. So must what is looked
-- up for each of a batch: one by one (OFFSET 0), never a city's accounts or entries beside all of it.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
    n integer := cardinality(p_ids);
    month text := to_char(p_effective_on[1], 'YYYY-MM');
    careful boolean := p_careful;
    home text; status text; opening bytea; last_number bigint; micros text;
    -- of each account, in the order of p_codes; what is left may not fall below the floor
    acc_id bigint[]; acc_sign integer[]; acc_floor bigint[]; acc_posted bigint[]; acc_version bigint[]; acc_barred text[];
    acc_row tid[]; found_version bigint[]; touched integer; barred boolean; leg_after bigint[]; leg_version bigint[]; held_back bigint[];
    hashes bytea[]; head bytea; number bigint;
    nothing text[] := array_fill(NULL::text, ARRAY[n]);
    known record; hold ledger_hold; verdict text; culprit text; short boolean;
    done text;  -- assigning is an eighth of what PERFORM costs
    first integer; after bigint; version bigint; a integer; i integer; k integer;
BEGIN
    LOOP
        BEGIN
            outcomes := nothing;
            IF NOT careful AND p_event_types IS NOT NULL THEN
                done := ledger_fold(p_city, p_now, p_ids, p_event_types, p_event_subjects, p_event_data, p_actors,
                                    p_request_ids, NULL);
            END IF;
            done := pg_advisory_xact_lock(ledger_books_lock(p_city));
            SELECT p.period, p.status, p.head_hash, p.last_number, p.last_recorded_at
              INTO home, status, opening, last_number, recorded_at
              FROM ledger_period p WHERE p.city_code = p_city AND p.book = p_book AND p.period = month;
            IF status IS DISTINCT FROM 'open' THEN
                SELECT p.period, p.head_hash, p.last_number, p.last_recorded_at
                  INTO home, opening, last_number, recorded_at FROM ledger_open_period(p_city, p_book, month) p;
            END IF;
            recorded_at := greatest(p_now, recorded_at);  -- never runs backwards along a chain
            micros := (extract(epoch FROM recorded_at) * 1000000)::bigint;
            IF careful THEN
                entry_ids := p_ids;
                books := nothing;
                periods := nothing;
                accounts := nothing;
                numbers := nothing;
                available := nothing;
                recorded := nothing;
                PERFORM ledger_expire_holds(p_city, p_now, array_agg(id)) FROM ledger_account
                  WHERE city_code = p_city AND code = ANY (p_codes) AND held_fen > 0;
                FOR known IN
                    SELECT k.i, e.* FROM unnest(p_keys) WITH ORDINALITY k(key, i)
                     CROSS JOIN LATERAL (SELECT * FROM ledger_entry_of_key(p_city, k.key) OFFSET 0) e
                LOOP
                    outcomes[known.i] := CASE known.body_hash WHEN substr(p_bodies, 32 * known.i::integer - 31, 32)
                                         THEN 'duplicate' ELSE 'key_reused' END;
                    entry_ids[known.i] := known.id;
                    books[known.i] := known.book;
                    periods[known.i] := known.period;
                    numbers[known.i] := known.number;
                    recorded[known.i] := known.recorded_at;
                END LOOP;
            END IF;
            SELECT array_agg(id), array_agg(sign), array_agg(floor_fen), array_agg(posted_fen), array_agg(version),
                   array_agg(bar), bool_or(bar IS NOT NULL), array_agg(place)
              INTO acc_id, acc_sign, acc_floor, acc_posted, acc_version, acc_barred, barred, acc_row
              FROM (SELECT a.id, a.place, CASE a.normal_side WHEN 'D' THEN 1 ELSE -1 END AS sign,
                           a.posted_fen, a.version, CASE WHEN a.spendable THEN a.held_fen END AS floor_fen,
                           CASE WHEN a.id IS NULL THEN 'unknown_account' WHEN a.status <> 'open' THEN 'account_closed' END AS bar
                      FROM unnest(p_codes) WITH ORDINALITY c(code, ord)
                      LEFT JOIN LATERAL (SELECT ctid AS place, * FROM ledger_account
                                          WHERE city_code = p_city AND code = c.code OFFSET 0) a ON true
                     ORDER BY c.ord) found;

            -- The walk: balances, numbers and the chain pass from item to item.
            found_version := acc_version;
            leg_after := p_leg_fen;
            leg_version := p_leg_fen;
            held_back := p_hold_fen;
            hashes := array_fill(NULL::bytea, ARRAY[n]);
            head := opening;
            number := last_number;
            first := 1;
            FOR i IN 1..n LOOP
                verdict := outcomes[i];
                IF verdict IS NULL AND (barred OR p_holds IS NOT NULL OR p_reverses IS NOT NULL) THEN
                    culprit := NULL;
                    hold := NULL;
                    IF barred THEN
                        SELECT acc_barred[x], p_codes[x] INTO verdict, culprit
                          FROM unnest(p_leg_at[first:p_leg_ends[i]]) x WHERE acc_barred[x] IS NOT NULL
                         ORDER BY acc_barred[x] DESC LIMIT 1;
                    END IF;
                    IF verdict IS NULL AND p_holds[i] IS NOT NULL THEN
                        SELECT * INTO hold FROM (SELECT * FROM ledger_hold WHERE id = p_holds[i] OFFSET 0) h
                         WHERE city_code = p_city;
                        a := array_position(acc_id, hold.account_id);
                        verdict := ledger_refuse_capture(hold, p_now, p_hold_fen[i],
                            (SELECT -sum(acc_sign[a] * p_leg_fen[x]) FROM generate_series(first, p_leg_ends[i]) x
                              WHERE p_leg_at[x] = a)::bigint);
                        IF p_hold_final[i] THEN
                            held_back[i] := hold.amount_fen - hold.captured_fen - hold.released_fen;
                        END IF;
                    END IF;
                    IF verdict IS NULL AND p_reverses[i] IS NOT NULL THEN
                        verdict := ledger_refuse_reversal(p_city, p_reverses[i],
                            (SELECT array_agg(acc_id[x] ORDER BY o)
                               FROM unnest(p_leg_at[first:p_leg_ends[i]]) WITH ORDINALITY u(x, o)),
                            p_leg_fen[first:p_leg_ends[i]]);
                    END IF;
                    IF verdict IS NULL AND hold.id IS NOT NULL THEN
                        acc_floor[a] := acc_floor[a] - held_back[i];
                    END IF;
                END IF;
                IF verdict IS NULL THEN
                    short := false;
                    FOR k IN first..p_leg_ends[i] LOOP
                        a := p_leg_at[k];
                        after := acc_posted[a] + acc_sign[a] * p_leg_fen[k];
                        version := acc_version[a] + 1;
                        acc_posted[a] := after;
                        acc_version[a] := version;
                        leg_after[k] := after;
                        leg_version[k] := version;
                        IF after < acc_floor[a] THEN
                            short := true;
                        END IF;
                    END LOOP;
                    IF short THEN  -- judged when the whole entry stands: an account may be touched twice
                        FOR k IN first..p_leg_ends[i] LOOP
                            a := p_leg_at[k];
                            IF acc_posted[a] < acc_floor[a] AND acc_sign[a] * p_leg_fen[k] < 0 THEN
                                verdict := 'insufficient';
                                culprit := p_codes[a];
                            END IF;
                        END LOOP;
                    END IF;
                    IF verdict IS NOT NULL THEN
                        FOR k IN first..p_leg_ends[i] LOOP
                            a := p_leg_at[k];
                            acc_posted[a] := acc_posted[a] - acc_sign[a] * p_leg_fen[k];
                            acc_version[a] := acc_version[a] - 1;
                        END LOOP;
                        IF hold.id IS NOT NULL THEN
                            a := array_position(acc_id, hold.account_id);
                            acc_floor[a] := acc_floor[a] + held_back[i];
                        END IF;
                    END IF;
                END IF;
                IF verdict IS NULL THEN
                    number := number + 1;
                    head := ledger_link(head, substr(p_bodies, 32 * i - 31, 32), p_ids[i], p_keys[i], home, number, micros);
                    IF careful THEN
                        outcomes[i] := 'posted';
                        numbers[i] := number;
                        periods[i] := home;
                        recorded[i] := recorded_at;
                    END IF;
                ELSIF careful THEN
                    FOR k IN first..p_leg_ends[i] LOOP
                        leg_version[k] := NULL;
                    END LOOP;
                    IF outcomes[i] IS NULL THEN
                        outcomes[i] := verdict;
                        accounts[i] := culprit;
                        IF verdict = 'insufficient' THEN
                            a := array_position(p_codes, culprit);
                            available[i] := acc_posted[a] - acc_floor[a];
                        END IF;
                    END IF;
                ELSE
                    RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'taken again with care';
                END IF;
                hashes[i] := head;
                first := p_leg_ends[i] + 1;
            END LOOP;
            plain := NOT careful;
            period := home;
            first_number := last_number + 1;

            IF careful AND p_event_types IS NOT NULL THEN
                done := ledger_fold(p_city, p_now, p_ids, p_event_types, p_event_subjects, p_event_data, p_actors,
                                    p_request_ids, outcomes);
            END IF;
            IF p_holds IS NOT NULL THEN
                PERFORM ledger_draw(p_holds, p_hold_fen, held_back, p_actors, recorded_at, outcomes);
            END IF;
            INSERT INTO ledger_leg (entry_id, line, city_code, account_id, side, amount_fen, balance_after_fen, account_version)
            SELECT p_ids[p_leg_items[k]], k - coalesce(p_leg_ends[p_leg_items[k] - 1], 0), p_city, acc_id[p_leg_at[k]],
                   CASE WHEN p_leg_fen[k] > 0 THEN 'D' ELSE 'C' END, abs(p_leg_fen[k]), leg_after[k], leg_version[k]
              FROM generate_series(1, cardinality(p_leg_items)) k WHERE leg_version[k] IS NOT NULL;
            INSERT INTO ledger_entry (id, city_code, book, period, number, fact, reference, effective_on, recorded_at, actor,
                                      determination_id, case_id, approvals, reason, reverses, hold_id, hold_fen,
                                      idempotency_key, body_hash, prev_hash, hash)
            SELECT p_ids[i], p_city, p_book, home, coalesce(numbers[i], last_number + i),
                   p_facts[i], p_references[i], coalesce(p_effective_on[i], p_effective_on[1]), recorded_at, p_actors[i],
                   p_determinations[i], p_cases[i], p_approvals[i]::uuid[], p_reasons[i], p_reverses[i], p_holds[i],
                   p_hold_fen[i], p_keys[i], substr(p_bodies, 32 * i - 31, 32), coalesce(hashes[i - 1], opening), hashes[i]
              FROM generate_series(1, n) i WHERE plain OR outcomes[i] = 'posted';
            -- nobody has moved a row since it was read: whoever changes an account holds the lock
            UPDATE ledger_account a SET posted_fen = u.posted_fen, held_fen = coalesce(u.held_fen, a.held_fen),
                                        version = u.version
              FROM unnest(acc_row, acc_posted, acc_floor, acc_version) u(place, posted_fen, held_fen, version)
             WHERE a.ctid = u.place AND a.version <> u.version;
            GET DIAGNOSTICS touched = ROW_COUNT;
            IF touched <> cardinality(acc_id) AND touched <> (
                SELECT count(*) FROM unnest(acc_version, found_version) v(now, before) WHERE now <> before) THEN
                RAISE EXCEPTION 'an account was changed by another hand' USING ERRCODE = 'serialization_failure';
            END IF;
            UPDATE ledger_period SET last_number = number, head_hash = head, last_recorded_at = recorded_at
             WHERE city_code = p_city AND book = p_book AND period = home AND last_number <> number;
            RETURN;
        EXCEPTION WHEN unique_violation OR SQLSTATE 'LG001' THEN
            -- nearly always no key is known: looking each up first would cost as much as writing it
            IF careful THEN
                RAISE;
            END IF;
            careful := true;
        END;
    END LOOP;
END $$;

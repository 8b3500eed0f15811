-- The one door to the journal. A batch is many whole commands of one city and one book; each is decided on its own.

-- The books of a city are written by one at a time: balances, numbers, chain heads and holds need no lock of their own.
-- Whoever posts to a chain waits for its head anyway; one lock for all is cheaper than one per account, and never
-- deadlocks. Held until the transaction ends; what is read after it is what the one before has left.
CREATE OR REPLACE FUNCTION ledger_books_lock(p_city text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended('ledger:' || p_city, 0)
$$;

CREATE OR REPLACE FUNCTION ledger_lock_books(p_city text) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(ledger_books_lock(p_city))
$$;

-- The text an entry is hashed over: one line per field, legs in order as `account amount`, debits above zero.
-- Rebuilt from the tables by ledger_verify and, in Python, by ledger/verify.py.
CREATE OR REPLACE FUNCTION ledger_body(
    fact text, reference uuid, effective_on date, actor text, determination_id uuid, case_id uuid, approvals uuid[],
    reason text, reverses uuid, hold_id uuid, hold_fen bigint, legs text
) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', fact, coalesce(reference::text, ''), effective_on, actor,
        coalesce(determination_id::text, ''), coalesce(case_id::text, ''), coalesce(array_to_string(approvals, ','), ''),
        coalesce(reason, ''), coalesce(reverses::text, ''), coalesce(hold_id::text, ''), coalesce(hold_fen::text, ''),
        legs), 'UTF8'))
$$;

-- The open period of a month, or the next open one when it is closed; made when the book has none.
CREATE OR REPLACE FUNCTION ledger_open_period(p_city text, p_book text, p_month text) RETURNS ledger_period
LANGUAGE plpgsql AS $$
DECLARE
    found ledger_period;
BEGIN
    LOOP
        SELECT * INTO found FROM ledger_period
         WHERE city_code = p_city AND book = p_book AND period = p_month;
        IF found.status = 'open' THEN
            RETURN found;
        ELSIF found.status = 'closed' THEN
            p_month := to_char((p_month || '-01')::date + interval '1 month', 'YYYY-MM');
        ELSE
            INSERT INTO ledger_period (city_code, book, period, opening_hash, head_hash)
            SELECT p_city, p_book, p_month, head, head FROM (SELECT coalesce(
                (SELECT head_hash FROM ledger_period WHERE city_code = p_city AND book = p_book AND period < p_month
                  ORDER BY period DESC LIMIT 1), ledger_genesis(p_city, p_book)) AS head) h
            ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION ledger_genesis(p_city text, p_book text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(p_city || E'\n' || p_book, 'UTF8'))
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
                  FROM ledger_entry e JOIN ledger_leg l ON l.entry_id = e.id
                 WHERE e.id = p_original OR e.reverses = p_original
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

-- What one link covers: the link before it, the body, and what the ledger itself assigned.
CREATE OR REPLACE FUNCTION ledger_link(prev bytea, body bytea, id uuid, key text, period text, number bigint, recorded_micros text)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(prev || body || convert_to(concat_ws(E'\n', id, key, period, number, recorded_micros), 'UTF8'))
$$;

-- What becomes true with the entries: one outbox row for all. `p_outcomes` says, where some are refused, what is none.
CREATE OR REPLACE FUNCTION ledger_fold(
    p_city text, p_now timestamptz, p_ids uuid[], p_types text[], p_subjects text[], p_data text[], p_actors text[],
    p_request_ids text[], p_outcomes text[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    told text[] := p_types;
BEGIN
    IF p_outcomes IS NOT NULL THEN
        SELECT array_agg(CASE WHEN p_outcomes[i] = 'posted' THEN p_types[i] END ORDER BY i) INTO told
          FROM generate_series(1, cardinality(p_types)) i;
    END IF;
    INSERT INTO outbox_batch (seq, city_code, recorded_at, seqs, ids, types, subjects, data, actors, request_ids)
    SELECT seqs[1], p_city, p_now, seqs, p_ids, told, p_subjects, p_data::json[], p_actors, p_request_ids
      FROM (SELECT array_agg(nextval('outbox_event_seq_seq')) AS seqs
              FROM generate_series(1, cardinality(p_types))) counted
     WHERE array_remove(told, NULL) <> '{}';
    RETURN cardinality(told);
END $$;

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

-- Legs stand in the order of their items: `p_leg_ends` says at which leg an item ends, `p_leg_at` which of `p_codes` a
-- leg touches. All items are effective in one month.
CREATE OR REPLACE FUNCTION ledger_post(
    p_city text, p_book text, p_now timestamptz,
    p_ids uuid[], p_keys text[], p_facts text[], p_references uuid[], p_effective_on date[], p_actors text[],
    p_determinations uuid[], p_cases uuid[], p_approvals text[], p_reasons text[], p_reverses uuid[],
    p_holds uuid[], p_hold_fen bigint[], p_hold_final boolean[],
    p_codes text[], p_leg_items integer[], p_leg_ends integer[], p_leg_at integer[], p_leg_fen bigint[],
    p_event_types text[], p_event_subjects text[], p_event_data text[], p_request_ids text[],
    -- all went through as they came: then only the next three say where, and the arrays are null
    OUT plain boolean, OUT first_number bigint, OUT period text, OUT recorded_at timestamptz,
    OUT outcomes text[], OUT entry_ids uuid[], OUT books text[], OUT periods text[], OUT numbers bigint[],
    OUT recorded timestamptz[], OUT accounts text[], OUT available bigint[]
) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD'
-- Plans are made once per connection, perhaps while the tables are empty: they must fit full ones.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
    n integer := cardinality(p_ids);
    this_month date := date_trunc('month', p_effective_on[1]);
    next_month date := this_month + interval '1 month';
    month text := to_char(this_month, 'YYYY-MM');
    -- a batch is posted as it came; when one of it is refused or known already, it is taken again with care
    careful boolean := false;
    home text; status text; opening bytea; last_number bigint; micros text;
    -- of each account, in the order of p_codes; what is left may not fall below the floor
    acc_id bigint[]; acc_sign integer[]; acc_floor bigint[]; acc_posted bigint[]; acc_version bigint[]; acc_barred text[];
    acc_row tid[]; found_version bigint[]; touched integer; barred boolean; leg_after bigint[]; leg_version bigint[]; held_back bigint[];
    bodies bytea[]; prevs bytea[]; hashes bytea[]; head bytea; number bigint;
    nothing text[] := array_fill(NULL::text, ARRAY[n]);
    known record; hold ledger_hold; verdict text; culprit text; legs text; short boolean;
    done text;  -- assigning is an eighth of what PERFORM costs
    first integer; after bigint; version bigint; a integer; i integer; k integer;
BEGIN
    -- What needs no lock comes first: another batch may be holding it.
    first := 1;
    FOR i IN 1..n LOOP
        legs := '';
        FOR k IN first..p_leg_ends[i] LOOP
            legs := legs || ',' || p_codes[p_leg_at[k]] || ' ' || p_leg_fen[k];
        END LOOP;
        first := p_leg_ends[i] + 1;
        IF p_effective_on[i] < this_month OR p_effective_on[i] >= next_month THEN
            RAISE EXCEPTION 'days of two months in one batch' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        bodies[i] := ledger_body(p_facts[i], p_references[i], p_effective_on[i], p_actors[i], p_determinations[i], p_cases[i],
                                 p_approvals[i]::uuid[], p_reasons[i], p_reverses[i], p_holds[i], p_hold_fen[i],
                                 substr(legs, 2));
    END LOOP;
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
                     CROSS JOIN LATERAL ledger_entry_of_key(p_city, k.key) e
                LOOP
                    outcomes[known.i] := CASE WHEN known.body_hash = bodies[known.i] THEN 'duplicate' ELSE 'key_reused' END;
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
              FROM (SELECT a.id, a.ctid AS place, CASE a.normal_side WHEN 'D' THEN 1 ELSE -1 END AS sign,
                           a.posted_fen, a.version, CASE WHEN a.spendable THEN a.held_fen END AS floor_fen,
                           CASE WHEN a.id IS NULL THEN 'unknown_account' WHEN a.status <> 'open' THEN 'account_closed' END AS bar
                      FROM unnest(p_codes) WITH ORDINALITY c(code, ord)
                      LEFT JOIN ledger_account a ON a.city_code = p_city AND a.code = c.code
                     ORDER BY c.ord) found;

            -- The walk: balances, numbers and the chain pass from item to item.
            found_version := acc_version;
            leg_after := p_leg_fen;
            leg_version := p_leg_fen;
            held_back := p_hold_fen;
            prevs := bodies;
            hashes := bodies;
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
                        SELECT * INTO hold FROM ledger_hold WHERE id = p_holds[i] AND city_code = p_city;
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
                    prevs[i] := head;
                    head := ledger_link(head, bodies[i], p_ids[i], p_keys[i], home, number, micros);
                    hashes[i] := head;
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
                   p_facts[i], p_references[i], p_effective_on[i], recorded_at, p_actors[i],
                   p_determinations[i], p_cases[i], p_approvals[i]::uuid[], p_reasons[i], p_reverses[i], p_holds[i],
                   p_hold_fen[i], p_keys[i], bodies[i], prevs[i], hashes[i]
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

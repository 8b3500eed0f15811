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

-- Nothing of the city was recorded later, and nothing of a period that opens now is recorded earlier: days that were
-- ended stay as they were told.
CREATE OR REPLACE FUNCTION ledger_last_recorded(p_city text) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(last_recorded_at), '-infinity') FROM ledger_period WHERE city_code = p_city
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
            INSERT INTO ledger_period (city_code, book, period, opening_hash, head_hash, last_recorded_at)
            SELECT p_city, p_book, p_month, head, head, ledger_last_recorded(p_city) FROM (SELECT coalesce(
                (SELECT head_hash FROM ledger_period WHERE city_code = p_city AND book = p_book AND period < p_month
                  ORDER BY period DESC LIMIT 1), ledger_genesis(p_city, p_book)) AS head) h
            ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION ledger_genesis(p_city text, p_book text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(p_city || E'\n' || p_book, 'UTF8'))
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

-- Legs stand in the order of their items: `p_leg_ends` says at which leg an item ends, `p_leg_at` which of `p_codes` a
-- leg touches. All items are effective in one month; one day stands for all. `p_bodies`: their hashes, 32 bytes each.
-- Debits less credits within the batch: `p_leg_moved_fen` on the leg's account up to this leg, `p_leg_moves` counts them,
-- `p_lowest_fen` and `p_highest_fen` are what they ran between on an account.
CREATE OR REPLACE FUNCTION ledger_post_batch(
    p_city text, p_book text, p_now timestamptz,
    p_ids uuid[], p_keys text[], p_facts text[], p_references uuid[], p_effective_on date[], p_actors text[],
    p_determinations uuid[], p_cases uuid[], p_approvals text[], p_reasons text[], p_reverses uuid[],
    p_holds uuid[], p_hold_fen bigint[], p_hold_final boolean[],
    p_codes text[], p_leg_items integer[], p_leg_ends integer[], p_leg_at integer[], p_leg_fen bigint[],
    p_event_types text[], p_event_subjects text[], p_event_data text[], p_request_ids text[],
    p_bodies bytea, p_lowest_fen bigint[], p_highest_fen bigint[], p_leg_moved_fen bigint[], p_leg_moves integer[],
    -- all went through as they came: then only the next three say where, and the arrays are null
    OUT plain boolean, OUT first_number bigint, OUT period text, OUT recorded_at timestamptz,
    OUT outcomes text[], OUT entry_ids uuid[], OUT books text[], OUT periods text[], OUT numbers bigint[],
    OUT recorded timestamptz[], OUT accounts text[], OUT available bigint[]
) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO, YMD'
-- Plans are made once per connection, perhaps while the tables are empty: they must fit full ones. So must what is looked
-- up for each of a batch: one by one (OFFSET 0), never a city's accounts or entries beside all of it.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
DECLARE
    n integer := cardinality(p_ids);
    month text := to_char(p_effective_on[1], 'YYYY-MM');
    -- of each account, in the order of p_codes
    acc_id bigint[]; acc_sign integer[]; acc_posted bigint[]; acc_version bigint[]; acc_row tid[]; barred boolean;
    status text; opening bytea; last_number bigint; micros text; legs text := '';
    hashes bytea[] := array_fill(NULL::bytea, ARRAY[n]); head bytea;
    done text;  -- assigning is an eighth of what PERFORM costs
    refused boolean := false; touched integer; day date; i integer; k integer;
BEGIN
    FOREACH day IN ARRAY p_effective_on LOOP
        IF to_char(day, 'YYYY-MM') <> month THEN
            RAISE EXCEPTION 'days of two months in one batch' USING ERRCODE = 'invalid_parameter_value';
        END IF;
    END LOOP;
    -- Whoever hashes bodies differently is told so before the journal keeps one: by the first of each batch.
    FOR k IN 1..p_leg_ends[1] LOOP
        legs := legs || ',' || p_codes[p_leg_at[k]] || ' ' || p_leg_fen[k];
    END LOOP;
    IF length(p_bodies) IS DISTINCT FROM 32 * n OR substr(p_bodies, 1, 32) <> ledger_body(
        p_facts[1], p_references[1], p_effective_on[1], p_actors[1], p_determinations[1], p_cases[1],
        p_approvals[1]::uuid[], p_reasons[1], p_reverses[1], p_holds[1], p_hold_fen[1], substr(legs, 2)) THEN
        RAISE EXCEPTION 'bodies are not the hashes of the entries' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF p_holds IS NULL AND p_reverses IS NULL THEN
        BEGIN
            IF p_event_types IS NOT NULL THEN  -- what needs no lock comes first: another batch may be holding it
                done := ledger_fold(p_city, p_now, p_ids, p_event_types, p_event_subjects, p_event_data, p_actors,
                                    p_request_ids, NULL);
            END IF;
            done := pg_advisory_xact_lock(ledger_books_lock(p_city));
            SELECT p.period, p.status, p.head_hash, p.last_number, p.last_recorded_at
              INTO period, status, opening, last_number, recorded_at
              FROM ledger_period p WHERE p.city_code = p_city AND p.book = p_book AND p.period = month;
            IF status IS DISTINCT FROM 'open' THEN
                SELECT p.period, p.head_hash, p.last_number, p.last_recorded_at
                  INTO period, opening, last_number, recorded_at FROM ledger_open_period(p_city, p_book, month) p;
            END IF;
            recorded_at := greatest(p_now, recorded_at);  -- never runs backwards along a chain
            micros := (extract(epoch FROM recorded_at) * 1000000)::bigint;
            SELECT array_agg(id), array_agg(sign), array_agg(posted_fen), array_agg(version), array_agg(place),
                   bool_or(bar)
              INTO acc_id, acc_sign, acc_posted, acc_version, acc_row, barred
              FROM (SELECT a.id, a.place, CASE a.normal_side WHEN 'D' THEN 1 ELSE -1 END AS sign,
                           a.posted_fen, a.version, a.id IS NULL OR a.status <> 'open' OR a.spendable AND (a.held_fen <= a.posted_fen
                           + CASE a.normal_side WHEN 'D' THEN p_lowest_fen[ord] ELSE -p_highest_fen[ord] END) IS NOT TRUE AS bar
                      FROM unnest(p_codes) WITH ORDINALITY c(code, ord)
                      LEFT JOIN LATERAL (SELECT ctid AS place, id, normal_side, spendable, status, posted_fen, held_fen, version
                                           FROM ledger_account WHERE city_code = p_city AND code = c.code OFFSET 0) a ON true
                     ORDER BY c.ord) found;
            IF barred THEN
                RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = 'taken again with care';
            END IF;
            head := opening;
            FOR i IN 1..n LOOP
                head := ledger_link(head, substr(p_bodies, 32 * i - 31, 32), p_ids[i], p_keys[i], period, last_number + i, micros);
                hashes[i] := head;
            END LOOP;
            INSERT INTO ledger_leg (entry_id, line, city_code, account_id, side, amount_fen, balance_after_fen, account_version)
            SELECT p_ids[p_leg_items[k]], k - coalesce(p_leg_ends[p_leg_items[k] - 1], 0), p_city, acc_id[p_leg_at[k]],
                   CASE WHEN p_leg_fen[k] > 0 THEN 'D' ELSE 'C' END, abs(p_leg_fen[k]),
                   acc_posted[p_leg_at[k]] + acc_sign[p_leg_at[k]] * p_leg_moved_fen[k],
                   acc_version[p_leg_at[k]] + p_leg_moves[k]
              FROM generate_series(1, cardinality(p_leg_items)) k;
            INSERT INTO ledger_entry (id, city_code, book, period, number, fact, reference, effective_on, recorded_at, actor,
                                      determination_id, case_id, approvals, reason, idempotency_key, body_hash, prev_hash, hash)
            SELECT p_ids[i], p_city, p_book, ledger_post_batch.period, last_number + i,
                   p_facts[i], p_references[i], coalesce(p_effective_on[i], p_effective_on[1]), recorded_at, p_actors[i],
                   p_determinations[i], p_cases[i], p_approvals[i]::uuid[], p_reasons[i], p_keys[i],
                   substr(p_bodies, 32 * i - 31, 32), coalesce(hashes[i - 1], opening), hashes[i]
              FROM generate_series(1, n) i;
            -- nobody has moved a row since it was read: whoever changes an account holds the lock
            UPDATE ledger_account a
               SET posted_fen = a.posted_fen + CASE a.normal_side WHEN 'D' THEN u.fen ELSE -u.fen END,
                   version = a.version + u.legs
              FROM (SELECT acc_row[p_leg_at[k]] AS place, ledger_sum(p_leg_fen[k]) AS fen, count(*) AS legs
                      FROM generate_series(1, cardinality(p_leg_at)) k GROUP BY acc_row[p_leg_at[k]]) u
             WHERE a.ctid = u.place;
            GET DIAGNOSTICS touched = ROW_COUNT;
            IF touched <> cardinality(p_codes) THEN
                RAISE EXCEPTION 'an account was changed by another hand' USING ERRCODE = 'serialization_failure';
            END IF;
            UPDATE ledger_period p SET last_number = p.last_number + n, head_hash = head, last_recorded_at = recorded_at
             WHERE p.city_code = p_city AND p.book = p_book AND p.period = ledger_post_batch.period;
            plain := true;
            first_number := last_number + 1;
            RETURN;
        EXCEPTION WHEN unique_violation OR SQLSTATE 'LG001' THEN
            -- nearly always no key is known: looking each up first would cost as much as writing it
            refused := true;
        END;
    END IF;
    SELECT * INTO plain, first_number, period, recorded_at, outcomes, entry_ids, books, periods, numbers, recorded, accounts,
                  available
      FROM ledger_walk(p_city, p_book, p_now, p_ids, p_keys, p_facts, p_references, p_effective_on, p_actors,
                       p_determinations, p_cases, p_approvals, p_reasons, p_reverses, p_holds, p_hold_fen, p_hold_final,
                       p_codes, p_leg_items, p_leg_ends, p_leg_at, p_leg_fen,
                       p_event_types, p_event_subjects, p_event_data, p_request_ids, p_bodies, refused);
END $$;

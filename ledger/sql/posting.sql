-- The one door to the journal. A batch is many whole commands of one city and one book; each is decided on its own.

-- The books of a city are written by one at a time: balances, numbers, chain heads and holds need no lock of their own.
-- Whoever posts to a chain waits for its head anyway; one lock for all is cheaper than one per account, and never
-- deadlocks. Held until the transaction ends; what is read after it is what the one before has left.
CREATE OR REPLACE FUNCTION ledger_lock_books(p_city text) RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('ledger:' || p_city, 0))
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

-- The same for days of several months: where each item goes.
CREATE OR REPLACE FUNCTION ledger_open_periods(p_city text, p_book text, p_days date[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    months text[]; homes text[]; m integer;
BEGIN
    SELECT array_agg(month ORDER BY month) INTO months
      FROM (SELECT DISTINCT to_char(day, 'YYYY-MM') AS month FROM unnest(p_days) day) u;
    FOR m IN 1..cardinality(months) LOOP
        homes[m] := (ledger_open_period(p_city, p_book, months[m])).period;
    END LOOP;
    RETURN (SELECT array_agg(homes[array_position(months, to_char(day, 'YYYY-MM'))] ORDER BY ord)
              FROM unnest(p_days) WITH ORDINALITY d(day, ord));
END $$;

CREATE OR REPLACE FUNCTION ledger_genesis(p_city text, p_book text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(p_city || E'\n' || p_book, 'UTF8'))
$$;

-- The careful way, taken when a batch holds anything but plain entries that all go through: item by item, in order.
-- The accounts are locked by the caller. `available` and `account` say where money was short.
CREATE OR REPLACE FUNCTION ledger_decide(
    p_city text, p_now timestamptz, p_ids uuid[], p_keys text[], p_bodies bytea[], p_reverses uuid[],
    p_holds uuid[], p_hold_fen bigint[], p_hold_final boolean[],
    p_leg_items integer[], p_leg_accounts text[], p_leg_fen bigint[],
    OUT outcomes text[], OUT entry_ids uuid[], OUT books text[], OUT periods text[], OUT numbers bigint[],
    OUT recorded timestamptz[], OUT accounts text[], OUT available bigint[], OUT held_back bigint[],
    OUT leg_ids bigint[], OUT leg_after bigint[], OUT leg_version bigint[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    n integer := cardinality(p_keys);
    m integer := cardinality(p_leg_items);
    acc_id bigint[]; acc_sign integer[]; acc_spendable boolean[]; acc_open boolean[];
    acc_posted bigint[]; acc_held bigint[]; acc_version bigint[];
    leg_at integer[]; first_leg integer[]; last_leg integer[];
    known record; hold ledger_hold; a integer; h integer; taken bigint; i integer; k integer; verdict text;
BEGIN
    IF (SELECT count(h) > count(DISTINCT h) FROM unnest(p_holds) h) THEN
        RAISE EXCEPTION 'one hold twice in a batch' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM ledger_expire_holds(p_city, p_now, array_agg(id)) FROM ledger_account
      WHERE city_code = p_city AND code = ANY (p_leg_accounts) AND held_fen > 0;
    SELECT array_agg(id ORDER BY id), array_agg(CASE normal_side WHEN 'D' THEN 1 ELSE -1 END ORDER BY id),
           array_agg(spendable ORDER BY id), array_agg(status = 'open' ORDER BY id), array_agg(posted_fen ORDER BY id),
           array_agg(held_fen ORDER BY id), array_agg(version ORDER BY id)
      INTO acc_id, acc_sign, acc_spendable, acc_open, acc_posted, acc_held, acc_version
      FROM ledger_account WHERE city_code = p_city AND code = ANY (p_leg_accounts);
    SELECT array_agg(array_position(acc_id, a.id) ORDER BY l.ord), array_agg(a.id ORDER BY l.ord)
      INTO leg_at, leg_ids
      FROM unnest(p_leg_accounts) WITH ORDINALITY l(code, ord)
      LEFT JOIN ledger_account a ON a.city_code = p_city AND a.code = l.code;
    SELECT array_agg(f ORDER BY item), array_agg(t ORDER BY item) INTO first_leg, last_leg
      FROM (SELECT item, min(ord)::integer AS f, max(ord)::integer AS t
              FROM unnest(p_leg_items) WITH ORDINALITY u(item, ord) GROUP BY item) g;
    outcomes := array_fill(NULL::text, ARRAY[n]);
    accounts := outcomes;
    books := outcomes;
    periods := outcomes;
    entry_ids := p_ids;
    recorded := array_fill(NULL::timestamptz, ARRAY[n]);
    numbers := array_fill(NULL::bigint, ARRAY[n]);
    available := numbers;
    held_back := array_fill(0::bigint, ARRAY[n]);
    leg_after := array_fill(NULL::bigint, ARRAY[m]);
    leg_version := leg_after;
    FOR known IN
        SELECT k.i, e.* FROM unnest(p_keys) WITH ORDINALITY k(key, i)
         CROSS JOIN LATERAL ledger_entry_of_key(p_city, k.key) e
    LOOP
        outcomes[known.i] := CASE WHEN known.body_hash = p_bodies[known.i] THEN 'duplicate' ELSE 'key_reused' END;
        entry_ids[known.i] := known.id;
        books[known.i] := known.book;
        periods[known.i] := known.period;
        numbers[known.i] := known.number;
        recorded[known.i] := known.recorded_at;
    END LOOP;

    FOR i IN 1..n LOOP
        CONTINUE WHEN outcomes[i] IS NOT NULL;
        verdict := NULL;
        FOR k IN first_leg[i]..last_leg[i] LOOP
            IF leg_at[k] IS NULL THEN
                verdict := 'unknown_account';
            ELSIF NOT acc_open[leg_at[k]] THEN
                verdict := coalesce(verdict, 'account_closed');
            ELSE
                CONTINUE;
            END IF;
            accounts[i] := p_leg_accounts[k];
        END LOOP;
        h := NULL;
        IF verdict IS NULL AND p_holds[i] IS NOT NULL THEN
            SELECT * INTO hold FROM ledger_hold WHERE id = p_holds[i] AND city_code = p_city;
            h := array_position(acc_id, hold.account_id);
            taken := hold.amount_fen - hold.captured_fen - hold.released_fen;
            verdict := CASE
                WHEN hold.id IS NULL THEN 'hold_unknown'
                WHEN hold.status = 'expired' OR (hold.status = 'pending' AND hold.due_at <= p_now) THEN 'hold_expired'
                WHEN hold.status <> 'pending' THEN 'hold_ended'
                WHEN p_hold_fen[i] > taken THEN 'hold_exceeded'
                WHEN h IS NULL OR p_hold_fen[i] > (
                    SELECT -sum(acc_sign[h] * p_leg_fen[x]) FROM generate_series(first_leg[i], last_leg[i]) x
                     WHERE leg_at[x] = h) THEN 'hold_mismatch' END;
            IF verdict IS NULL THEN
                held_back[i] := CASE WHEN p_hold_final[i] THEN taken ELSE p_hold_fen[i] END;
            END IF;
        END IF;
        IF verdict IS NULL AND p_reverses[i] IS NOT NULL THEN
            verdict := ledger_refuse_reversal(p_city, p_reverses[i], leg_ids[first_leg[i]:last_leg[i]],
                                              p_leg_fen[first_leg[i]:last_leg[i]]);
        END IF;
        IF verdict IS NULL THEN
            IF h IS NOT NULL THEN
                acc_held[h] := acc_held[h] - held_back[i];
            END IF;
            FOR k IN first_leg[i]..last_leg[i] LOOP
                a := leg_at[k];
                acc_posted[a] := acc_posted[a] + acc_sign[a] * p_leg_fen[k];
                acc_version[a] := acc_version[a] + 1;
                leg_after[k] := acc_posted[a];
                leg_version[k] := acc_version[a];
            END LOOP;
            -- judged when the whole entry stands: an account may be touched twice
            FOR k IN first_leg[i]..last_leg[i] LOOP
                a := leg_at[k];
                IF acc_spendable[a] AND acc_posted[a] < acc_held[a] AND acc_sign[a] * p_leg_fen[k] < 0 THEN
                    verdict := 'insufficient';
                    accounts[i] := p_leg_accounts[k];
                END IF;
            END LOOP;
            IF verdict IS NOT NULL THEN
                FOR k IN first_leg[i]..last_leg[i] LOOP
                    a := leg_at[k];
                    acc_posted[a] := acc_posted[a] - acc_sign[a] * p_leg_fen[k];
                    acc_version[a] := acc_version[a] - 1;
                    leg_version[k] := NULL;
                    IF p_leg_accounts[k] = accounts[i] THEN
                        available[i] := acc_posted[a] - acc_held[a];
                    END IF;
                END LOOP;
                IF h IS NOT NULL THEN
                    acc_held[h] := acc_held[h] + held_back[i];
                END IF;
            END IF;
        END IF;
        outcomes[i] := coalesce(verdict, 'posted');
    END LOOP;
END $$;

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

-- The entry a key stands for. Asked by order, so that no planner of any version takes another index of the city for it.
CREATE OR REPLACE FUNCTION ledger_entry_of_key(p_city text, p_key text) RETURNS SETOF ledger_entry LANGUAGE sql STABLE AS $$
    SELECT * FROM (
        SELECT * FROM ledger_entry WHERE (city_code, idempotency_key) >= (p_city, p_key)
         ORDER BY city_code, idempotency_key LIMIT 1) e
     WHERE city_code = p_city AND idempotency_key = p_key
$$;

-- What one link covers: the link before it, the body, and what the ledger itself assigned.
CREATE OR REPLACE FUNCTION ledger_link(prev bytea, body bytea, id uuid, key text, period text, number bigint, recorded_micros text)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(prev || body || convert_to(concat_ws(E'\n', id, key, period, number, recorded_micros), 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION ledger_post(
    p_city text, p_book text, p_now timestamptz,
    p_ids uuid[], p_keys text[], p_facts text[], p_references uuid[], p_effective_on date[], p_actors text[],
    p_determinations uuid[], p_cases uuid[], p_approvals text[], p_reasons text[], p_reverses uuid[],
    p_holds uuid[], p_hold_fen bigint[], p_hold_final boolean[],
    p_leg_items integer[], p_leg_lines integer[], p_leg_accounts text[], p_leg_fen bigint[],
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
    homes text[]; target ledger_period; month text; last_month text;
    leg_ids bigint[]; leg_after bigint[]; leg_version bigint[]; held_back bigint[];
    bodies bytea[]; hashes bytea[]; prevs bytea[]; head bytea; number bigint; micros text; i integer;
BEGIN
    -- What needs no lock comes first: another batch may be holding it.
    SELECT array_agg(ledger_body(p_facts[item], p_references[item], p_effective_on[item], p_actors[item],
               p_determinations[item], p_cases[item], p_approvals[item]::uuid[], p_reasons[item], p_reverses[item],
               p_holds[item], p_hold_fen[item], legs) ORDER BY item),
           to_char(min(p_effective_on[item]), 'YYYY-MM'), to_char(max(p_effective_on[item]), 'YYYY-MM')
      INTO bodies, month, last_month
      FROM (SELECT item, string_agg(concat(code, ' ', fen), ',') AS legs
              FROM unnest(p_leg_items, p_leg_accounts, p_leg_fen) l(item, code, fen) GROUP BY item) items;

    PERFORM ledger_lock_books(p_city);
    -- What each leg leaves behind if all items go through.
    SELECT array_agg(id), array_agg(after_fen), array_agg(version),
           bool_and(coalesce(is_open AND after_fen >= floor_fen, false))
      INTO leg_ids, leg_after, leg_version, plain
      FROM (SELECT a.id, a.status = 'open' AS is_open,
                   CASE WHEN a.spendable THEN a.held_fen ELSE -9223372036854775807 END AS floor_fen,
                   a.version + row_number() OVER w AS version,
                   a.posted_fen + ledger_sum(CASE a.normal_side WHEN 'D' THEN l.fen ELSE -l.fen END) OVER w AS after_fen
              FROM unnest(p_leg_accounts, p_leg_fen) WITH ORDINALITY l(code, fen, ord)
              LEFT JOIN ledger_account a ON a.city_code = p_city AND a.code = l.code
            WINDOW w AS (PARTITION BY a.id ORDER BY l.ord ROWS UNBOUNDED PRECEDING)
             ORDER BY l.ord) legs;
    IF month = last_month THEN
        target := ledger_open_period(p_city, p_book, month);
    ELSE
        homes := ledger_open_periods(p_city, p_book, p_effective_on);
    END IF;
    plain := plain AND homes IS NULL AND p_holds IS NULL AND p_reverses IS NULL;
    LOOP
        IF NOT plain THEN
            SELECT * INTO outcomes, entry_ids, books, periods, numbers, recorded, accounts, available, held_back,
                          leg_ids, leg_after, leg_version
              FROM ledger_decide(p_city, p_now, p_ids, p_keys, bodies, p_reverses, p_holds, p_hold_fen, p_hold_final,
                                 p_leg_items, p_leg_accounts, p_leg_fen);
        END IF;
        BEGIN
            -- Numbers without gaps and the chain. A link takes the one before it, so this alone is done one by one.
            hashes := bodies;
            prevs := bodies;
            FOREACH month IN ARRAY CASE WHEN homes IS NULL THEN ARRAY[target.period] ELSE
                (SELECT array_agg(DISTINCT home ORDER BY home) FROM unnest(homes) home) END
            LOOP
                IF homes IS NOT NULL THEN
                    target := ledger_open_period(p_city, p_book, month);
                END IF;
                head := target.head_hash;
                number := target.last_number;
                first_number := number + 1;
                period := month;
                recorded_at := greatest(p_now, target.last_recorded_at);  -- never runs backwards along a chain
                micros := (extract(epoch FROM recorded_at) * 1000000)::bigint;
                FOR i IN 1..n LOOP
                    IF NOT plain THEN
                        CONTINUE WHEN outcomes[i] <> 'posted' OR homes[i] <> month;
                        numbers[i] := number + 1;
                        periods[i] := month;
                        recorded[i] := recorded_at;
                    END IF;
                    number := number + 1;
                    prevs[i] := head;
                    head := ledger_link(head, bodies[i], p_ids[i], p_keys[i], month, number, micros);
                    hashes[i] := head;
                END LOOP;
                IF number >= first_number THEN
                    UPDATE ledger_period SET last_number = number, head_hash = head, last_recorded_at = recorded_at
                     WHERE city_code = p_city AND book = p_book AND period = month;
                END IF;
            END LOOP;
            IF p_holds IS NOT NULL THEN
                PERFORM ledger_capture(p_holds, p_hold_fen, held_back, p_actors, recorded, outcomes);
            END IF;
            WITH entry AS (
                INSERT INTO ledger_entry (id, city_code, book, period, number, fact, reference, effective_on, recorded_at, actor,
                                          determination_id, case_id, approvals, reason, reverses, hold_id, hold_fen,
                                          idempotency_key, body_hash, prev_hash, hash)
                SELECT p_ids[i], p_city, p_book, coalesce(periods[i], period), coalesce(numbers[i], first_number - 1 + i),
                       p_facts[i], p_references[i], p_effective_on[i], coalesce(recorded[i], recorded_at), p_actors[i],
                       p_determinations[i], p_cases[i], p_approvals[i]::uuid[], p_reasons[i], p_reverses[i], p_holds[i],
                       p_hold_fen[i], p_keys[i], bodies[i], prevs[i], hashes[i]
                  FROM generate_series(1, n) i WHERE plain OR outcomes[i] = 'posted'
            ), leg AS (
                INSERT INTO ledger_leg (entry_id, line, city_code, account_id, side, amount_fen, balance_after_fen,
                                        account_version)
                SELECT p_ids[p_leg_items[k]], p_leg_lines[k], p_city, leg_ids[k], CASE WHEN p_leg_fen[k] > 0 THEN 'D' ELSE 'C' END,
                       abs(p_leg_fen[k]), leg_after[k], leg_version[k]
                  FROM generate_series(1, cardinality(p_leg_items)) k WHERE leg_version[k] IS NOT NULL
            ), event AS (
                INSERT INTO outbox_event (id, city_code, type, subject, occurred_at, recorded_at, actor, request_id, data)
                SELECT p_ids[i], p_city, p_event_types[i], p_event_subjects[i], p_now, p_now, p_actors[i],
                       p_request_ids[i], p_event_data[i]::jsonb
                  FROM generate_series(1, cardinality(p_event_types)) i
                 WHERE p_event_types[i] IS NOT NULL AND (plain OR outcomes[i] = 'posted')
            )
            UPDATE ledger_account a SET posted_fen = last.after_fen, version = last.version
              FROM (SELECT DISTINCT ON (id) id, after_fen, version
                      FROM unnest(leg_ids, leg_after, leg_version) u(id, after_fen, version)
                     WHERE version IS NOT NULL ORDER BY id, version DESC) last
             WHERE a.id = last.id;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            -- nearly always none of the keys is known; looking each up first would cost as much as writing it
            IF NOT plain THEN
                RAISE;
            END IF;
            plain := false;
        END;
    END LOOP;
END $$;

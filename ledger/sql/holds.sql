-- Money set aside: pending -> posted | voided | expired. A hold lowers what is available at once and until it ends.

-- What is captured leaves the hold; the posting function writes what its account holds back then.
CREATE OR REPLACE FUNCTION ledger_draw(
    p_holds uuid[], p_hold_fen bigint[], p_held_back bigint[], p_actors text[], p_at timestamptz, p_outcomes text[]
) RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE ledger_hold h
       SET captured_fen = h.captured_fen + c.fen, released_fen = h.released_fen + c.back - c.fen,
           status = CASE WHEN done THEN 'posted' ELSE 'pending' END,
           ended_at = CASE WHEN done THEN p_at END, ended_by = CASE WHEN done THEN c.actor END
      FROM (SELECT u.*, h.captured_fen + h.released_fen + u.back = h.amount_fen AS done
              FROM unnest(p_holds, p_hold_fen, p_held_back, p_actors, p_outcomes) u(id, fen, back, actor, outcome)
              JOIN ledger_hold h ON h.id = u.id WHERE coalesce(u.outcome, 'posted') = 'posted') c
     WHERE h.id = c.id
$$;

-- Ends the holds of these accounts whose day has come. The books are locked by the caller.
CREATE OR REPLACE FUNCTION ledger_expire_holds(p_city text, p_now timestamptz, p_accounts bigint[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    ended integer;
BEGIN
    WITH due AS (
        UPDATE ledger_hold
           SET status = 'expired', released_fen = amount_fen - captured_fen, ended_at = p_now, ended_by = 'clock'
         WHERE account_id = ANY (p_accounts) AND city_code = p_city AND status = 'pending' AND due_at <= p_now
         RETURNING account_id, amount_fen - captured_fen AS back
    ), freed AS (
        UPDATE ledger_account a SET held_fen = a.held_fen - s.back
          FROM (SELECT account_id, sum(back) AS back FROM due GROUP BY account_id) s WHERE a.id = s.account_id)
    SELECT count(*) INTO ended FROM due;
    RETURN ended;
END $$;

-- Sets money aside, one outcome per hold. Locks and idempotency as for entries.
CREATE OR REPLACE FUNCTION ledger_place_holds(
    p_city text, p_now timestamptz,
    p_ids uuid[], p_keys text[], p_accounts text[], p_fen bigint[], p_due timestamptz[], p_facts text[],
    p_references uuid[], p_determinations uuid[], p_cases uuid[], p_actors text[],
    OUT outcomes text[], OUT hold_ids uuid[], OUT available bigint[]
) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
    account ledger_account; known ledger_hold; body bytea; free bigint; i integer;
BEGIN
    PERFORM ledger_lock_books(p_city);
    PERFORM ledger_expire_holds(p_city, p_now, array_agg(id)) FROM ledger_account
      WHERE city_code = p_city AND code = ANY (p_accounts) AND held_fen > 0;
    hold_ids := p_ids;
    FOR i IN 1..cardinality(p_ids) LOOP
        body := sha256(convert_to(concat_ws(E'\n', p_accounts[i], p_fen[i], p_due[i], p_facts[i],
                    coalesce(p_references[i]::text, ''), coalesce(p_determinations[i]::text, ''),
                    coalesce(p_cases[i]::text, ''), p_actors[i]), 'UTF8'));
        SELECT * INTO known FROM ledger_hold WHERE city_code = p_city AND idempotency_key = p_keys[i];
        SELECT * INTO account FROM ledger_account WHERE city_code = p_city AND code = p_accounts[i];
        free := account.posted_fen - account.held_fen;
        outcomes[i] := CASE
            WHEN known.id IS NOT NULL THEN CASE WHEN known.body_hash = body THEN 'duplicate' ELSE 'key_reused' END
            WHEN account.id IS NULL THEN 'unknown_account'
            WHEN account.status <> 'open' THEN 'account_closed'
            WHEN NOT account.spendable THEN 'not_spendable'
            WHEN p_due[i] <= p_now THEN 'hold_expired'
            WHEN free < p_fen[i] THEN 'insufficient' ELSE 'pending' END;
        hold_ids[i] := coalesce(known.id, p_ids[i]);
        available[i] := free;
        IF outcomes[i] = 'pending' THEN
            INSERT INTO ledger_hold (id, city_code, account_id, amount_fen, due_at, fact, reference, determination_id,
                                     case_id, actor, placed_at, idempotency_key, body_hash)
            VALUES (p_ids[i], p_city, account.id, p_fen[i], p_due[i], p_facts[i], p_references[i], p_determinations[i],
                    p_cases[i], p_actors[i], p_now, p_keys[i], body);
            UPDATE ledger_account SET held_fen = held_fen + p_fen[i] WHERE id = account.id;
        END IF;
    END LOOP;
END $$;

-- Gives a hold back. Doing it again answers `voided` again; what was captured or has expired stays so.
CREATE OR REPLACE FUNCTION ledger_void_hold(p_city text, p_now timestamptz, p_id uuid, p_actor text, p_reason text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hold ledger_hold;
BEGIN
    PERFORM ledger_lock_books(p_city);
    PERFORM ledger_expire_holds(p_city, p_now, ARRAY[account_id]) FROM ledger_hold WHERE id = p_id AND city_code = p_city;
    SELECT * INTO hold FROM ledger_hold WHERE id = p_id AND city_code = p_city;
    IF hold.status = 'pending' THEN
        UPDATE ledger_hold SET status = 'voided', released_fen = amount_fen - captured_fen, ended_at = p_now,
               ended_by = p_actor, end_reason = p_reason WHERE id = p_id;
        UPDATE ledger_account SET held_fen = held_fen - (hold.amount_fen - hold.captured_fen) WHERE id = hold.account_id;
        RETURN 'voided';
    END IF;
    RETURN CASE hold.status WHEN 'voided' THEN 'voided' WHEN 'expired' THEN 'hold_expired' WHEN 'posted' THEN 'hold_ended'
           ELSE 'hold_unknown' END;
END $$;

-- The sweep: ends due holds of up to p_limit accounts of a city.
CREATE OR REPLACE FUNCTION ledger_sweep_holds(p_city text, p_now timestamptz, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due bigint[];
BEGIN
    PERFORM ledger_lock_books(p_city);
    SELECT array_agg(id) INTO due FROM (
        SELECT id FROM ledger_account a
         WHERE city_code = p_city AND held_fen > 0 AND EXISTS (
             SELECT FROM ledger_hold h WHERE h.account_id = a.id AND h.status = 'pending' AND h.due_at <= p_now)
         ORDER BY id LIMIT p_limit) a;
    RETURN coalesce(ledger_expire_holds(p_city, p_now, due), 0);
END $$;

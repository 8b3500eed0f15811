-- What the guards look for in entries and legs, a statement at a time.

-- sum() of bigint answers in numeric, slowly; this one stays whole and raises when it would overflow.
CREATE OR REPLACE AGGREGATE ledger_sum(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0');

-- Once per statement over all its rows: a deferred check per row would cost a third of the posting rate.
-- Lines count from 1 without gaps, so that nothing can be added to an entry afterwards.
CREATE OR REPLACE FUNCTION ledger_check_legs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad uuid;
BEGIN
    SELECT entry_id INTO bad
      FROM (SELECT entry_id, count(*) AS legs, max(line) AS last,
                   min(CASE WHEN side IN ('D', 'C') AND line >= 1 THEN amount_fen ELSE 0 END) AS least,
                   ledger_sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) AS difference
              FROM fresh GROUP BY entry_id) g
     WHERE legs < 2 OR last <> legs OR difference <> 0 OR least <= 0
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END $$;

-- A reversal stands against the legs of one original, and all reversals of it together never exceed it. Each text is
-- one line of what is hashed.
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad uuid;
    ids uuid[];
BEGIN
    SELECT array_agg(f.id), (array_agg(f.id) FILTER (WHERE f.number <= 0
               OR strpos(f.fact, E'\n') > 0 OR strpos(f.actor, E'\n') > 0 OR strpos(f.reason, E'\n') > 0
               OR (f.reverses IS NOT NULL AND (f.reason IS NULL OR ledger_over_reversed(f.reverses)))
               OR (f.hold_id IS NULL) <> (f.hold_fen IS NULL) OR f.hold_fen <= 0))[1]
      INTO ids, bad FROM fresh f;
    -- neighbours in the index, found together
    IF (SELECT count(*) FROM ledger_leg WHERE entry_id = ANY (ids) AND line = 1) <> cardinality(ids) THEN
        SELECT f.id INTO bad FROM fresh f WHERE NOT EXISTS (SELECT FROM ledger_leg WHERE entry_id = f.id AND line = 1)
         LIMIT 1;
    END IF;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'entry % has no legs, takes back more than there is, or is not one as the journal keeps them', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_stands';
    END IF;
    RETURN NULL;
END $$;

-- What no role may do, the owner by mistake included: edit history, write an entry that does not balance, reverse twice.

CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE OR REPLACE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leg
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON ledger_period
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE OR REPLACE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- sum() of bigint answers in numeric, slowly; this one stays whole and raises when it would overflow.
CREATE OR REPLACE AGGREGATE ledger_sum(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0');

-- Once per statement over all its rows: a deferred check per row would cost a third of the posting rate.
-- Lines count from 1 without gaps, so that nothing can be added to an entry afterwards.
CREATE OR REPLACE FUNCTION ledger_check_legs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad uuid;
BEGIN
    SELECT entry_id INTO bad
      FROM (SELECT entry_id, count(*) AS legs, max(line) AS last, min(amount_fen) AS least,
                   ledger_sum(CASE side WHEN 'D' THEN amount_fen WHEN 'C' THEN -amount_fen END) AS difference,
                   count(*) FILTER (WHERE side IN ('D', 'C')) AS sided
              FROM fresh GROUP BY entry_id) g
     WHERE legs < 2 OR last <> legs OR difference <> 0 OR least <= 0 OR sided <> legs
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance', bad
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_entry_balances AFTER INSERT ON ledger_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_legs();

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

CREATE OR REPLACE TRIGGER ledger_entry_stands AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();

-- A hold ends once, and what it was about never changes.
CREATE OR REPLACE FUNCTION ledger_check_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'pending'
       OR (NEW.id, NEW.city_code, NEW.account_id, NEW.amount_fen, NEW.due_at, NEW.idempotency_key, NEW.body_hash)
          IS DISTINCT FROM
          (OLD.id, OLD.city_code, OLD.account_id, OLD.amount_fen, OLD.due_at, OLD.idempotency_key, OLD.body_hash)
       OR NEW.captured_fen < OLD.captured_fen OR NEW.released_fen < OLD.released_fen THEN
        RAISE EXCEPTION 'hold % has ended or would be rewritten', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_hold_ends_once';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ledger_hold_ends_once BEFORE UPDATE ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_check_hold();

-- An account keeps its name, sides and dimensions: what was posted was posted to this account.
CREATE OR REPLACE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % would become another', OLD.code
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_account_stays';
END $$;

CREATE OR REPLACE TRIGGER ledger_account_stays BEFORE UPDATE OF id, city_code, code, kind, normal_side, spendable,
    programme, policy_year, payer_level, opened_at ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_check_account();

-- Words an account or a period is described by are checked when they are written, not with every posting.
CREATE OR REPLACE FUNCTION ledger_check_account_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind NOT IN ('asset', 'liability', 'equity', 'income', 'expense', 'appropriated', 'allotted', 'encumbered', 'spent')
       OR NEW.normal_side NOT IN ('D', 'C') OR NEW.status NOT IN ('open', 'closed')
       OR strpos(NEW.code, ' ') > 0 OR strpos(NEW.code, ',') > 0 OR strpos(NEW.code, E'\n') > 0 THEN
        RAISE EXCEPTION 'account % is described by words the books do not know', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_words';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ledger_account_words BEFORE INSERT OR UPDATE OF kind, normal_side, status, code ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_check_account_words();

CREATE OR REPLACE FUNCTION ledger_check_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.period) <> 7 OR NEW.status NOT IN ('open', 'closed')
       OR (NEW.status = 'closed') <> (NEW.closed_at IS NOT NULL AND NEW.closed_by IS NOT NULL)
       OR NEW.closed_by = NEW.close_approved_by OR (NEW.closed_by IS NULL) <> (NEW.close_approved_by IS NULL)
       OR NEW.reopened_by = NEW.reopen_approved_by OR (NEW.reopened_by IS NULL) <> (NEW.reopen_approved_by IS NULL) THEN
        RAISE EXCEPTION 'period %-% closes and opens again by two people, and says by whom', NEW.book, NEW.period
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_four_eyes';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER ledger_period_four_eyes BEFORE INSERT OR UPDATE OF period, status, closed_at, closed_by,
    close_approved_by, reopened_by, reopen_approved_by ON ledger_period
    FOR EACH ROW EXECUTE FUNCTION ledger_check_period();

-- What describes an account or a period. An account that is posted to passes no trigger of its rows: one that might look
-- at a row has PostgreSQL lock it first.

-- An account keeps its name, sides and dimensions: what was posted was posted to this account.
CREATE OR REPLACE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account would become another'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_account_stays';
END $$;

CREATE OR REPLACE TRIGGER ledger_account_stays BEFORE UPDATE OF id, city_code, code, kind, normal_side, spendable,
    programme, policy_year, payer_level, opened_at ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_account();

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

CREATE OR REPLACE TRIGGER ledger_account_words BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_check_account_words();

CREATE OR REPLACE FUNCTION ledger_check_account_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_account WHERE status NOT IN ('open', 'closed')) THEN
        RAISE EXCEPTION 'an account is open or closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_status';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_account_status AFTER UPDATE OF status ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_account_status();

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

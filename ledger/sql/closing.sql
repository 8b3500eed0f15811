-- A month closes when it is over and those before it are closed. Entries of its days go to the next open month then;
-- `effective_on` stays. Two people: a guard of ledger_period says so too.
CREATE OR REPLACE FUNCTION ledger_close_period(
    p_city text, p_book text, p_period text, p_now timestamptz, p_by text, p_approved_by text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found ledger_period;
BEGIN
    PERFORM ledger_lock_books(p_city);
    SELECT * INTO found FROM ledger_period WHERE city_code = p_city AND book = p_book AND period = p_period;
    IF found.status IS DISTINCT FROM 'open' THEN
        RETURN coalesce('period_' || found.status, 'period_unknown');
    ELSIF p_period >= to_char(p_now AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') THEN
        RETURN 'period_not_over';
    ELSIF EXISTS (SELECT FROM ledger_period WHERE city_code = p_city AND book = p_book AND period < p_period
                     AND status = 'open') THEN
        RETURN 'earlier_period_open';
    END IF;
    UPDATE ledger_period SET status = 'closed', closed_at = p_now, closed_by = p_by, close_approved_by = p_approved_by
     WHERE city_code = p_city AND book = p_book AND period = p_period;
    PERFORM ledger_keep_turnover(p_city, p_book, p_period);
    RETURN 'done';
END $$;

-- Only the last closed month opens again: those before it stay as they were reported.
CREATE OR REPLACE FUNCTION ledger_reopen_period(
    p_city text, p_book text, p_period text, p_now timestamptz, p_by text, p_approved_by text, p_reason text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found ledger_period;
BEGIN
    PERFORM ledger_lock_books(p_city);
    SELECT * INTO found FROM ledger_period WHERE city_code = p_city AND book = p_book AND period = p_period;
    IF found.status IS DISTINCT FROM 'closed' THEN
        RETURN coalesce('period_' || found.status, 'period_unknown');
    ELSIF EXISTS (SELECT FROM ledger_period WHERE city_code = p_city AND book = p_book AND period > p_period
                     AND status = 'closed') THEN
        RETURN 'later_period_closed';
    END IF;
    UPDATE ledger_period SET status = 'open', closed_at = NULL, closed_by = NULL, close_approved_by = NULL,
           reopened_at = p_now, reopened_by = p_by, reopen_approved_by = p_approved_by, reopen_reason = p_reason,
           last_recorded_at = ledger_last_recorded(p_city)
     WHERE city_code = p_city AND book = p_book AND period = p_period;
    DELETE FROM ledger_turnover WHERE city_code = p_city AND book = p_book AND period = p_period;
    RETURN 'done';
END $$;

-- The day is over: from now on nothing is recorded before its end, whatever the clock of a posting under way said.
CREATE OR REPLACE FUNCTION ledger_end_day(p_city text, p_on date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ended timestamptz := (p_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai';
BEGIN
    PERFORM ledger_lock_books(p_city);
    UPDATE ledger_period SET last_recorded_at = ended
     WHERE city_code = p_city AND status = 'open' AND last_recorded_at < ended;
END $$;

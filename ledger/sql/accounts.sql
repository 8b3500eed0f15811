-- The chart. Opening the same account again changes nothing; opening it as something else is refused by name.
CREATE OR REPLACE FUNCTION ledger_open_accounts(
    p_city text, p_now timestamptz, p_codes text[], p_kinds text[], p_normal_sides text[], p_spendable boolean[],
    p_names_zh text[], p_names_en text[], p_programmes text[], p_policy_years integer[], p_payer_levels text[],
    OUT conflicting text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_account (city_code, code, kind, normal_side, spendable, name_zh, name_en, programme, policy_year,
                                payer_level, opened_at)
    SELECT p_city, u.code, u.kind, u.side, u.spendable, u.zh, u.en, u.programme, u.year, u.level, p_now
      FROM unnest(p_codes, p_kinds, p_normal_sides, p_spendable, p_names_zh, p_names_en, p_programmes, p_policy_years,
                  p_payer_levels) u(code, kind, side, spendable, zh, en, programme, year, level)
     ORDER BY u.code
    ON CONFLICT (city_code, code) DO NOTHING;
    SELECT coalesce(array_agg(a.code ORDER BY a.code), '{}') INTO conflicting
      FROM unnest(p_codes, p_kinds, p_normal_sides, p_spendable, p_programmes, p_policy_years, p_payer_levels)
           u(code, kind, side, spendable, programme, year, level)
      JOIN ledger_account a ON a.city_code = p_city AND a.code = u.code
     WHERE (a.kind, a.normal_side, a.spendable, a.programme, a.policy_year, a.payer_level)
           IS DISTINCT FROM (u.kind, u.side, u.spendable, u.programme, u.year, u.level);
END $$;

-- Closed accounts take no more entries. Only an empty one may close: a balance would be out of reach.
CREATE OR REPLACE FUNCTION ledger_close_account(p_city text, p_code text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found ledger_account;
BEGIN
    PERFORM ledger_lock_books(p_city);
    SELECT * INTO found FROM ledger_account WHERE city_code = p_city AND code = p_code;
    IF found.id IS NULL THEN
        RETURN 'unknown_account';
    ELSIF found.posted_fen <> 0 OR found.held_fen <> 0 THEN
        RETURN 'not_empty';
    END IF;
    UPDATE ledger_account SET status = 'closed' WHERE id = found.id;
    RETURN 'closed';
END $$;

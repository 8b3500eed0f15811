-- Whoever may read the tables by default privileges (the runtime role) keeps reading, and writes by the functions alone.
DO $$
DECLARE
    reader record;
BEGIN
    FOR reader IN
        SELECT DISTINCT c.oid::regclass AS relation, a.grantee::regrole AS role
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.relname IN ('ledger_account', 'ledger_period', 'ledger_entry', 'ledger_leg', 'ledger_hold',
                             'ledger_turnover')
           AND c.relnamespace = current_schema()::regnamespace AND a.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', reader.relation, reader.role);
        EXECUTE format('GRANT SELECT ON %s TO %s', reader.relation, reader.role);
    END LOOP;
END $$;

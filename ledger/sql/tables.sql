-- The books of a city. Every amount is whole fen. Text that takes part in a key compares by code point, the same everywhere.
-- PostgreSQL reads the text of every CHECK anew for every statement, an eighth of the posting time: on what is posted to,
-- guards check entries and legs a statement at a time, accounts and periods only when their words are written.

CREATE TABLE ledger_account (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_ledger_account PRIMARY KEY,
    city_code    text COLLATE "C" NOT NULL,
    code         text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    normal_side  text NOT NULL,
    spendable    boolean NOT NULL,
    status       text NOT NULL DEFAULT 'open',
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    programme    text,
    policy_year  integer,
    payer_level  text,
    opened_at    timestamptz NOT NULL,
    -- in the direction of the normal side; changed by the posting functions alone
    posted_fen   bigint NOT NULL DEFAULT 0,
    held_fen     bigint NOT NULL DEFAULT 0,
    version      bigint NOT NULL DEFAULT 0,
    CONSTRAINT uq_ledger_account_city_code_code UNIQUE (city_code, code),
    -- the one thing that is checked again with every posting; for the rest see ledger_check_account_words
    CONSTRAINT ck_ledger_account_available CHECK (held_fen >= 0 AND (NOT spendable OR posted_fen >= held_fen))
-- few to a page: what an earlier posting left of a row is cleared row by row when its page is read
) WITH (fillfactor = 25);

-- One numbered, chained series of documents per city, book and month. Its row is the counter and the chain head.
CREATE TABLE ledger_period (
    city_code        text COLLATE "C" NOT NULL,
    book             text COLLATE "C" NOT NULL,
    period           text COLLATE "C" NOT NULL,
    status           text NOT NULL DEFAULT 'open',
    last_number      bigint NOT NULL DEFAULT 0,
    opening_hash     bytea NOT NULL,
    head_hash        bytea NOT NULL,
    last_recorded_at timestamptz NOT NULL DEFAULT '-infinity',
    closed_at        timestamptz,
    closed_by        text,
    close_approved_by text,
    reopened_at      timestamptz,
    reopened_by      text,
    reopen_approved_by text,
    reopen_reason    text,
    CONSTRAINT pk_ledger_period PRIMARY KEY (city_code, book, period)
) WITH (fillfactor = 50);

CREATE TABLE ledger_entry (
    id               uuid NOT NULL CONSTRAINT pk_ledger_entry PRIMARY KEY,
    city_code        text COLLATE "C" NOT NULL,
    book             text COLLATE "C" NOT NULL,
    period           text COLLATE "C" NOT NULL,
    number           bigint NOT NULL,
    fact             text NOT NULL,
    reference        uuid,
    effective_on     date NOT NULL,
    recorded_at      timestamptz NOT NULL,
    actor            text NOT NULL,
    determination_id uuid,
    case_id          uuid,
    approvals        uuid[],
    reason           text,
    reverses         uuid,
    hold_id          uuid,
    hold_fen         bigint,
    idempotency_key  text COLLATE "C" NOT NULL,
    body_hash        bytea NOT NULL,
    prev_hash        bytea NOT NULL,
    hash             bytea NOT NULL,
    CONSTRAINT uq_ledger_entry_book_city_code_period_number UNIQUE (book, city_code, period, number)
);
-- Keys come in no order: an index of their text is large and touched all over, and was an eighth of the posting time.
CREATE UNIQUE INDEX uq_ledger_entry_key ON ledger_entry (
    hashtextextended(city_code || ' ' || idempotency_key, 0), hashtextextended(city_code || ' ' || idempotency_key, 1));
CREATE INDEX ix_ledger_entry_reference ON ledger_entry (reference) WHERE reference IS NOT NULL;
CREATE INDEX ix_ledger_entry_case_id ON ledger_entry (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX ix_ledger_entry_hold_id ON ledger_entry (hold_id) WHERE hold_id IS NOT NULL;
CREATE INDEX ix_ledger_entry_reverses ON ledger_entry (reverses) WHERE reverses IS NOT NULL;

CREATE TABLE ledger_leg (
    entry_id          uuid NOT NULL,
    line              integer NOT NULL,
    city_code         text COLLATE "C" NOT NULL,
    account_id        bigint NOT NULL,
    side              text NOT NULL,
    amount_fen        bigint NOT NULL,
    balance_after_fen bigint NOT NULL,
    account_version   bigint NOT NULL,
    CONSTRAINT pk_ledger_leg PRIMARY KEY (entry_id, line),
    CONSTRAINT uq_ledger_leg_account_id_account_version UNIQUE (account_id, account_version)
);

CREATE TABLE ledger_hold (
    id               uuid NOT NULL CONSTRAINT pk_ledger_hold PRIMARY KEY,
    city_code        text COLLATE "C" NOT NULL,
    account_id       bigint NOT NULL,
    amount_fen       bigint NOT NULL,
    captured_fen     bigint NOT NULL DEFAULT 0,
    released_fen     bigint NOT NULL DEFAULT 0,
    status           text NOT NULL DEFAULT 'pending',
    due_at           timestamptz NOT NULL,
    fact             text NOT NULL,
    reference        uuid,
    determination_id uuid,
    case_id          uuid,
    actor            text NOT NULL,
    placed_at        timestamptz NOT NULL,
    ended_at         timestamptz,
    ended_by         text,
    end_reason       text,
    idempotency_key  text COLLATE "C" NOT NULL,
    body_hash        bytea NOT NULL,
    CONSTRAINT uq_ledger_hold_city_code_idempotency_key UNIQUE (city_code, idempotency_key),
    CONSTRAINT ck_ledger_hold_amount CHECK (amount_fen > 0 AND captured_fen >= 0 AND released_fen >= 0),
    CONSTRAINT ck_ledger_hold_status CHECK (status IN ('pending', 'posted', 'voided', 'expired')),
    CONSTRAINT ck_ledger_hold_remaining CHECK (CASE WHEN status = 'pending'
        THEN captured_fen + released_fen < amount_fen AND ended_at IS NULL
        ELSE captured_fen + released_fen = amount_fen AND ended_at IS NOT NULL END)
);
CREATE INDEX ix_ledger_hold_due ON ledger_hold (account_id, due_at) WHERE status = 'pending';
CREATE INDEX ix_ledger_hold_reference ON ledger_hold (reference) WHERE reference IS NOT NULL;

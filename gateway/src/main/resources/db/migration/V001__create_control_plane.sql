-- The control plane's truth. Names and rules: docs/architecture.md; invariants I1 to I15 of the ownership model are
-- enforced here where a schema can: a bug in the code then fails instead of giving one volume to two writers.

-- A group of interchangeable instances, and what each of its slots needs.
CREATE TABLE instance_group (
    group_name text        PRIMARY KEY CHECK (group_name ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
    spec       jsonb       NOT NULL,
    version    bigint      NOT NULL CHECK (version >= 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- A stable place in a group.
CREATE TABLE slot (
    group_name text NOT NULL REFERENCES instance_group ON DELETE CASCADE,
    slot_index int  NOT NULL CHECK (slot_index >= 0),
    PRIMARY KEY (group_name, slot_index)
);

-- One life of a disposable server. A reboot, that is another boot id, is another row.
CREATE TABLE instance (
    incarnation      text        PRIMARY KEY,
    instance_id      text        NOT NULL,
    boot_id          text        NOT NULL,
    group_name       text        NOT NULL,
    slot_index       int         NOT NULL,
    state            text        NOT NULL CHECK (state IN ('ACTIVE', 'DRAINING', 'DRAINED', 'TERMINATED')),
    -- An evicted incarnation never gets a grant again (I6), also while it still holds something else.
    evicted          boolean     NOT NULL DEFAULT false,
    token_hash       bytea       NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- Counts the changes of what is desired on this instance; a waiting sync compares it.
    revision         bigint      NOT NULL DEFAULT 1 CHECK (revision >= 1),
    registered_at    timestamptz NOT NULL DEFAULT now(),
    lease_renewed_at timestamptz NOT NULL DEFAULT now(),
    lease_expires_at timestamptz NOT NULL,
    ended_at         timestamptz,
    end_reason       text,
    UNIQUE (instance_id, boot_id),
    CHECK ((state IN ('DRAINED', 'TERMINATED')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX instance_fills_slot ON instance (group_name, slot_index) WHERE state IN ('ACTIVE', 'DRAINING');
CREATE UNIQUE INDEX instance_lives_once ON instance (instance_id) WHERE state IN ('ACTIVE', 'DRAINING');
CREATE INDEX instance_by_age ON instance (registered_at, incarnation);

-- The log streams that the sidecar reported last; what it says, not what is proven.
CREATE TABLE instance_report (
    incarnation text        PRIMARY KEY REFERENCES instance,
    streams     jsonb       NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now()
);

-- Durable data with an identity. The row exists before the provider is called (I7) and stays after deletion.
CREATE TABLE volume (
    volume_id       text        PRIMARY KEY CHECK (volume_id ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    group_name      text,
    slot_index      int,
    claim           text,
    provider        text        NOT NULL,
    size_bytes      bigint      NOT NULL CHECK (size_bytes >= 1),
    state           text        NOT NULL CHECK (state IN ('CREATING', 'AVAILABLE', 'DELETING', 'DELETED', 'QUARANTINED')),
    reason          text,
    -- Fencing token: grows by one with every grant, never reused (I2).
    epoch           bigint      NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    -- The last holder did not release it: the file system is checked before use (I11).
    dirty           boolean     NOT NULL DEFAULT false,
    attempts        int         NOT NULL DEFAULT 0,
    last_failure    text,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    state_since     timestamptz NOT NULL DEFAULT now(),
    CHECK (num_nulls(group_name, slot_index, claim) IN (0, 3)),
    CHECK ((state = 'QUARANTINED') <= (reason IS NOT NULL))
);
CREATE UNIQUE INDEX volume_of_claim ON volume (group_name, slot_index, claim) WHERE state <> 'DELETED';
CREATE INDEX volume_work ON volume (next_attempt_at) WHERE state IN ('CREATING', 'DELETING');

-- One volume, one instance, one mode, one epoch.
CREATE TABLE attachment (
    attachment_id   text        PRIMARY KEY,
    volume_id       text        NOT NULL REFERENCES volume,
    incarnation     text        NOT NULL REFERENCES instance,
    mode            text        NOT NULL CHECK (mode IN ('RW', 'RO')),
    path            text        NOT NULL,
    epoch           bigint      NOT NULL CHECK (epoch >= 1),
    state           text        NOT NULL CHECK (state IN ('ATTACHING', 'ATTACHED', 'DETACHING', 'DETACHED')),
    -- Why the previous holder can no longer write (I4), and which attachment that was.
    proof           text        NOT NULL CHECK (proof IN ('NONE_BEFORE', 'RELEASED', 'TERMINATED', 'OPERATOR')),
    proof_detail    text        NOT NULL,
    previous        text        REFERENCES attachment,
    -- Whether the volume was dirty when this was granted: the sidecar then checks it first.
    dirty           boolean     NOT NULL,
    check_result    text,
    last_failure    text,
    -- The instance's revision that told it to let go; older reports of DETACHED do not count as a release.
    detach_revision bigint,
    end_proof       text        CHECK (end_proof IN ('RELEASED', 'TERMINATED', 'OPERATOR')),
    end_detail      text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    attached_at     timestamptz,
    ended_at        timestamptz,
    UNIQUE (volume_id, epoch),
    CHECK ((proof = 'NONE_BEFORE') = (previous IS NULL)),
    CHECK ((state = 'DETACHED') = (end_proof IS NOT NULL)),
    CHECK ((state = 'DETACHED') = (ended_at IS NOT NULL))
);
-- I1: at most one write-capable attachment per volume.
CREATE UNIQUE INDEX attachment_one_writer ON attachment (volume_id) WHERE mode = 'RW' AND state <> 'DETACHED';
-- Stricter, as long as there are no immutable snapshots to read from: a reader beside a writer reads torn data.
CREATE UNIQUE INDEX attachment_one_holder ON attachment (volume_id) WHERE state <> 'DETACHED';
CREATE INDEX attachment_of_instance ON attachment (incarnation) WHERE state <> 'DETACHED';
CREATE INDEX attachment_by_age ON attachment (created_at, attachment_id);

-- What groups hand to their instances so that these can register. Only hashes are stored.
CREATE TABLE join_token (
    token_id   text        PRIMARY KEY,
    group_name text        NOT NULL REFERENCES instance_group ON DELETE CASCADE,
    token_hash bytea       NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A drain order, what the sidecar answered, and the receipt.
CREATE TABLE drain (
    drain_id    text        PRIMARY KEY,
    incarnation text        NOT NULL REFERENCES instance,
    number      int         NOT NULL CHECK (number >= 1),
    timeout_ms  bigint      NOT NULL CHECK (timeout_ms >= 0),
    -- The instance's revision that carries the order.
    revision    bigint      NOT NULL,
    ordered_at  timestamptz NOT NULL DEFAULT now(),
    outcome     jsonb,
    outcome_at  timestamptz,
    receipt     jsonb,
    complete    boolean     NOT NULL DEFAULT false,
    UNIQUE (incarnation, number),
    CHECK ((outcome IS NULL) = (outcome_at IS NULL)),
    CHECK (NOT complete OR receipt IS NOT NULL)
);

-- Lifecycle events as they came in, each once.
CREATE TABLE lifecycle_event (
    source      text        NOT NULL,
    event_id    text        NOT NULL,
    type        text        NOT NULL,
    subject     text,
    event       jsonb       NOT NULL,
    result      text        NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, event_id)
);

-- One row per change, written in the same transaction as the change.
CREATE TABLE audit (
    audit_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    actor       text        NOT NULL,
    action      text        NOT NULL,
    object_type text        NOT NULL,
    object_id   text        NOT NULL,
    before      jsonb,
    after       jsonb,
    reason      text        NOT NULL,
    -- Set where the same late message may come again and again: it is recorded once.
    once        text        UNIQUE
);
CREATE INDEX audit_of_object ON audit (object_type, object_id, audit_id);

-- Answers to operators' POSTs, so that a repeated request changes nothing and reads the same.
CREATE TABLE idempotency_key (
    key          text        PRIMARY KEY,
    request_hash bytea       NOT NULL,
    status       int,
    headers      jsonb,
    body         text,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);

-- Spread the server's tables over a Citus cluster by merchant.
--
-- Run once on the coordinator, after `python -m sync verify --data DIR` (any command makes the tables) and before the first
-- merchant is made. Every table but schema_version has merchant_id in its primary key and in every unique key, so that a
-- merchant's rows stay together and each write transaction stays on one worker. Running it again does nothing.

CREATE EXTENSION IF NOT EXISTS citus;

DO $$
DECLARE
    name text;
    names text[] := ARRAY[
        'merchant', 'merchant_counter', 'change', 'store', 'device', 'enrolment_code', 'enrolment_try', 'stream', 'segment',
        'balance', 'account_balance', 'member_day', 'holder', 'document', 'document_version', 'audit_cursor',
        'audit_returned', 'audit_refund', 'audit_asset', 'audit_turn', 'lease', 'lease_return', 'once_mark', 'used_challenge',
        'quarantine', 'exception_item'
    ];
    first text := 'merchant';
BEGIN
    FOREACH name IN ARRAY names LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass(name)) THEN
            IF name = first THEN
                PERFORM create_distributed_table(name, 'merchant_id');
            ELSE
                PERFORM create_distributed_table(name, 'merchant_id', colocate_with => first);
            END IF;
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'schema_version'::regclass) THEN
        PERFORM create_reference_table('schema_version');
    END IF;
END
$$;

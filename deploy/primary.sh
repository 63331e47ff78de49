#!/bin/sh
# Has the primary let in a replica and those who keep its write-ahead log. Changes nothing that is
# there already, so it may run at every start. PGHOST, PGUSER (a superuser) and PGPASSWORD: the
# primary; PGDATA: its files.
set -eu

line="host replication standby samenet scram-sha-256"
grep -qxF "$line" "$PGDATA/pg_hba.conf" || echo "$line" >> "$PGDATA/pg_hba.conf"

psql -XqAt -v ON_ERROR_STOP=1 -v password="$STANDBY_PASSWORD" -d postgres <<'SQL'
SELECT 'CREATE ROLE standby LOGIN REPLICATION'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'standby') \gexec
ALTER ROLE standby PASSWORD :'password';
GRANT pg_monitor TO standby;
-- Who has been away for so much log has to be copied anew; the primary's disk does not fill up.
ALTER SYSTEM SET max_slot_wal_keep_size = '32GB';
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
WHERE slot_name IN ('replica', 'archive') AND wal_status = 'lost' AND NOT active \g /dev/null
-- A slot that nobody has used yet keeps no log.
SELECT pg_create_physical_replication_slot(name) FROM unnest(ARRAY['replica', 'archive']) name
WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = name) \g /dev/null
SELECT pg_reload_conf() \g /dev/null
SQL

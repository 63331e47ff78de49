#!/bin/sh
# Copies the primary once into PGDATA, then follows it. PGHOST, PGUSER, PGPASSWORD: the primary.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # Under another name first: what bears the right one is whole.
    rm -rf "$PGDATA.part"
    pg_basebackup -D "$PGDATA.part" --write-recovery-conf --slot=replica --checkpoint=fast
    mv "$PGDATA.part" "$PGDATA"
fi
# Long questions are not cancelled for what the primary cleans up meanwhile; who was away longer
# than the primary's slot keeps the log finds it in the archive.
exec postgres -D "$PGDATA" -c hot_standby_feedback=on \
    -c restore_command="cp $WAL/*/%f %p 2>/dev/null" "$@"

#!/bin/sh
# Puts the database back into an empty PGDATA: from the last whole copy in $WAL before $RESTORE_TO
# (such as "2026-11-23 09:30:00+00") and the log since; without it to the end of the log. When
# PostgreSQL starts next it reads the log, and takes no writing before it is through.
set -eu

[ ! -e "$PGDATA/PG_VERSION" ] || { echo "$PGDATA is not empty: nothing was done" >&2; exit 1; }
wanted=$(date -u -d "${RESTORE_TO:-now}" +%Y%m%dT%H%M%SZ)
last=$(find "$WAL" -path '*/base/2*Z' -prune -printf '%f %p\n' | sort |
    awk -v wanted="$wanted" '$1 <= wanted { print $2 }' | tail -n 1)
[ -n "$last" ] || { echo "There is no copy in $WAL from before $wanted" >&2; exit 1; }
log=${last%/base/*}

rm -rf "$PGDATA.part"
mkdir -m 700 "$PGDATA.part"
tar -xzf "$last/base.tar.gz" -C "$PGDATA.part"
tar -xzf "$last/pg_wal.tar.gz" -C "$PGDATA.part/pg_wal"
touch "$PGDATA.part/recovery.signal"
{
    # The newest piece of the log is still being written.
    echo "restore_command = 'cp $log/%f %p 2>/dev/null || cp $log/%f.partial %p 2>/dev/null'"
    echo "recovery_target_action = 'promote'"
    [ -z "${RESTORE_TO:-}" ] || echo "recovery_target_time = '$RESTORE_TO'"
} >> "$PGDATA.part/postgresql.auto.conf"
mv "$PGDATA.part" "$PGDATA"
echo "Restored from $last; the log is read when PostgreSQL starts."

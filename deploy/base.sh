#!/bin/sh
# Makes a whole copy of the primary beside its log if the last one is a week old, keeps the last
# two, and of the log what is needed from the older one on. PGHOST, PGUSER, PGPASSWORD: the primary.
set -eu
. "$(dirname "$0")/folder.sh"
cd base
rm -rf ./*.part
[ -z "$(find . -maxdepth 1 -name '2*' -mtime -7)" ] || exit 0

now=$(date -u +%Y%m%dT%H%M%SZ)
pg_basebackup -D "$now.part" --format=tar --gzip --checkpoint=fast
# The copy's own list says from where on the log is needed.
lsn=$(sed -n 's/.*"Start-LSN": "\([^"]*\)".*/\1/p' "$now.part/backup_manifest" | head -n 1)
psql -XAtq -d postgres -c "SELECT pg_walfile_name('$lsn')" > "$now.part/first-log"
mv "$now.part" "$now"

ls -d 2* | head -n -2 | xargs -r rm -rf
pg_archivecleanup .. "$(cat "$(ls -d 2* | head -n 1)/first-log")"

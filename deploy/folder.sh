# Read by wal.sh and base.sh: goes to the folder in $WAL of this primary. After a restore its log is
# another one: that is what PostgreSQL calls a timeline, and has a folder of its own.
folder=$WAL/$(psql -XAtq "dbname=postgres replication=1" -c IDENTIFY_SYSTEM | cut -d'|' -f1,2 | tr '|' -)
mkdir -p "$folder/base"
cd "$folder"

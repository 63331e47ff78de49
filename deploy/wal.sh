#!/bin/sh
# Keeps the write-ahead log of the primary as it is written. PGHOST, PGUSER, PGPASSWORD: the primary.
set -eu
. "$(dirname "$0")/folder.sh"
# Synchronous: written to the disk as it comes, and not when a piece of it is full.
exec pg_receivewal --directory=. --slot=archive --synchronous

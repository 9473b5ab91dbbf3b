# Runs a throw-away PostgreSQL for as long as standard input stays open, then removes it: whatever ends the caller,
# be it a panic or `kill -9`, closes that. $1 is the folder of PostgreSQL's programs. Prints the folder of the
# server's socket once it answers. Reachable by the socket alone, so no port can collide.
set -eu
programs=$1

# Ctrl-C reaches this script too; the caller's end is what counts.
trap '' HUP INT TERM
folder=$(mktemp -d)
clean_up() {
    "$programs/pg_ctl" --pgdata="$folder/data" --mode=immediate --silent stop || true
    rm -rf "$folder"
}
trap clean_up EXIT

# A collation other than C, where this PostgreSQL has ICU: text order must not depend on the database's.
init() {
    "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-sync "$@" \
        >"$folder/log" 2>&1
}
init --locale=C --locale-provider=icu --icu-locale=en-US || init --locale=C || { cat "$folder/log" >&2; exit 1; }

# It is thrown away, so nothing need survive a power loss.
options="-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c max_connections=300"
"$programs/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --options="$options" --wait --silent start >&2 ||
    { cat "$folder/log" >&2; exit 1; }
echo "$folder"

cat >/dev/null

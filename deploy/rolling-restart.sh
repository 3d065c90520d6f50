#!/bin/sh
# Renews the replicas of compose.scaled.yaml one after the other, with the image that is there now, without a failed
# request: the proxy sends a replica nothing more and lets it finish before it is ended.
set -eu
cd "$(dirname "$0")/.."
compose() { docker compose -f compose.scaled.yaml "$@"; }

ask_proxy() { echo "$1" | compose exec -T proxy socat - /run/haproxy/admin.sock; }

# Waits up to a minute until the column $2 of the proxy's statistics is $3 for the replica $1.
wait_for() {
  tries=120
  until ask_proxy 'show stat' | awk -F, -v server="$1" -v column="$2" -v value="$3" '
      NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
      $1 == "replicas" && $2 == server { found = $at == value }
      END { exit !found }'; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ]; then echo "$1: $2 is not $3 after a minute" >&2; return 1; fi
    sleep 0.5
  done
}

for replica in api-1 api-2; do
  other=$([ "$replica" = api-1 ] && echo api-2 || echo api-1)
  wait_for "$other" status UP
  ask_proxy "set server replicas/$replica state drain" > /dev/null
  wait_for "$replica" scur 0
  compose up -d --no-deps --no-build --force-recreate --wait "$replica"
  ask_proxy "set server replicas/$replica state ready" > /dev/null
  wait_for "$replica" status UP
  echo "$replica is renewed."
done

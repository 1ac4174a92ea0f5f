#!/bin/sh
# Reports what happened elsewhere: a file with one JSON object {"facts": [...]}, and
# TELEGAUGE_TOKEN in the environment.
#
#     track.sh http://127.0.0.1:8080 message batch.json
#
# One key for one batch: curl sends it again when Retry-After says so, and it is counted once.
set -eu
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
# The token goes through a pipe: everybody on the machine can read the words of a command.
printf 'header = "Authorization: Bearer %s"\n' "$TELEGAUGE_TOKEN" |
  curl --silent --show-error --fail-with-body --max-time 30 --retry 8 --retry-connrefused \
    --config - --header "Content-Type: application/json" --header "Idempotency-Key: $key" \
    --data-binary "@$3" "$1/api/v1/track/$2"

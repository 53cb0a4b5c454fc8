#!/bin/sh
# Records that cannot be processed go to a topic of their own, with the reason in a header; later they are mended and sent
# back to where they came from.
#
#   kt sandbox run -- sh examples/dead-letters.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)

kt topics create payments
kt topics create payments.dead
printf '{"id":1,"amount":5}\n{"id":2,"amount":}\n{"id":3,"amount":"7"}\n{"id":4,"amount":9}\n' |
  kt console-producer payments

echo 'put aside:'
kt copy payments payments.dead --map "$here/dead-letters-aside.mjs" 2>/dev/null
kt console-consumer payments.dead --from-beginning -e --format '%h: %s\n' 2>/dev/null

echo 'replayed:'
kt copy payments.dead payments --map "$here/dead-letters-replay.mjs" 2>/dev/null
kt console-consumer payments --offset -1 -e --header replayed=1 --format '%h: %s\n' 2>/dev/null

#!/bin/sh
# Consume, transform, produce, exactly once: records and the offsets of what they were made from are one transaction. The
# copy is killed in the middle and started again, and nothing is lost or twice.
#
#   kt sandbox run -- sh examples/exactly-once.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
copier=
trap 'kill $copier 2>/dev/null || :' EXIT
count=100000

# exec, so that what is killed is the copy and not a shell around it.
copy() {
  exec kt copy orders totals --exactly-once --group totals --map "$here/exactly-once-map.mjs" 2>/dev/null
}

kt topics create orders --partitions 2
kt topics create totals --partitions 2
seq $count | sed 's/.*/{"id":&,"pieces":2,"price":3}/' | kt console-producer orders

copy >/dev/null &
copier=$!
# As soon as something of it can be seen.
kt console-consumer totals --from-beginning --max-messages 1 --timeout-ms 60000 --isolation-level read_committed >/dev/null 2>&1
kill -9 $copier 2>/dev/null || :
wait $copier 2>/dev/null || :
(copy) | sed 's/ in .*//'

kt console-consumer totals --from-beginning -e --isolation-level read_committed --format '%{json:id} %{json:total}\n' 2>/dev/null |
  sort -n | awk -v count=$count '
    $1 != NR || $2 != 6 { wrong++ }
    END { print NR " totals for " count " orders, " wrong + 0 " wrong" }'

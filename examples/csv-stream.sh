#!/bin/sh
# A CSV file streamed into a topic as it grows: a row is a record as soon as its line is there. The file is rotated, and
# the producer killed and started again, on the way.
#
#   kt sandbox run -- sh examples/csv-stream.sh
set -eu
folder=$(mktemp -d)
producer=
trap 'kill $producer 2>/dev/null || :; rm -rf "$folder"' EXIT
cd "$folder"

stream() {
  kt console-producer orders --input csv --key-column id --follow orders.csv --offset-file orders.place 2>/dev/null &
  producer=$!
}

# Prints the first rows once they are all there.
show() {
  kt console-consumer orders --from-beginning --max-messages "$1" --timeout-ms 60000 --format '%k %{json:item}\n' 2>/dev/null
}

kt topics create orders
printf 'id,item\n1,apples\n2,"pears, green"\n' >orders.csv
stream
show 2 >/dev/null
printf '3,cherries\n' >>orders.csv

mv orders.csv orders.csv.1
printf 'id,item,price\n4,plums,1.20\n' >orders.csv
show 4 >/dev/null
# It keeps its place once a second, and at once when nothing comes.
until grep -q '"price"' orders.place 2>/dev/null && grep -q '"offset":27' orders.place; do sleep 0.1; done

kill -9 $producer
wait $producer 2>/dev/null || :
printf '5,"grapes",3.40\n' >>orders.csv
stream
show 5

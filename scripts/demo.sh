#!/usr/bin/env bash
# The main job on a real Apache Kafka, each command shown as it runs: a file goes in through stdin and has to
# come out again byte for byte. Ends with 1 when it does not; the sandbox is stopped in any case.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/bin:$PATH"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' cyan=$'\e[36m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' cyan='' plain=''
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/kt-demo-XXXXXX")
has_started=no

finish() {
  local code=$?
  trap - EXIT
  cd "$work"
  if [ "$has_started" = yes ]; then kt sandbox stop --dir "$work/sandbox" --delete || code=1; fi
  cd / && rm -rf "$work"
  case $code in 0 | 130 | 143) exit "$code" ;; esac
  printf '\n%sthe demo failed (%s)%s\n' "$red" "$code" "$plain" >&2
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Says why, on a line of its own.
say() { printf '\n%s# %s%s\n' "$dim" "$*" "$plain"; }

# Shows a command line, then runs it. Failing, or a failing part of a pipe, ends the demo.
run() {
  printf '%s$%s %s%s%s\n' "$cyan" "$plain" "$bold" "$*" "$plain"
  eval "$*"
}

# A port nobody listens on, from those that programs do not get by chance.
free_port() {
  local port
  for port in $(seq 9092 20 9992); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  echo 'no free port from 9092 to 9992' >&2
  return 1
}

# Something real of some size: what kt itself is written in, over and over.
make_file() {
  local once="$work/once.txt"
  find src test scripts docs \( -name '*.ts' -o -name '*.md' \) -type f -print0 | sort -z | xargs -0 cat >"$once"
  while [ "$(wc -c <"$work/source.txt")" -lt 30000000 ]; do cat "$once" >>"$work/source.txt"; done
  rm "$once"
}

port=$(free_port)
: >"$work/source.txt"
make_file
cd "$work"
# In the order in which it happens, also where both end in a log.
exec 2>&1
lines=$(wc -l <source.txt | tr -d ' ')
mib=$(($(wc -c <source.txt) / 1048576))
digest=$(command -v sha256sum >/dev/null && echo sha256sum || echo 'shasum -a 256')

say 'A real Apache Kafka on this machine; the first time, Maven gets it'
has_started=yes
run "eval \"\$(kt sandbox start --dir sandbox --port $port)\""

say 'A topic'
run 'kt topics create source'
run 'kt topics list'

say "A file in through stdin: $lines lines, $mib MiB of source code"
run 'kt console-producer source <source.txt'

say 'And out again'
run 'kt console-consumer source --from-beginning --exit-at-end >out.txt'
run "cmp source.txt out.txt && $digest source.txt out.txt"

say 'The same over 6 partitions, compressed: every line once'
run 'kt topics create spread --partitions 6'
run 'kt console-producer spread --compression-codec lz4 <source.txt'
run 'kt console-consumer spread --from-beginning --exit-at-end >out.txt'
run 'cmp <(LC_ALL=C sort source.txt) <(LC_ALL=C sort out.txt) && wc -l source.txt out.txt'
run 'kt topics describe spread'

say 'Records as JSON lines; a reader that leaves early is no error'
run 'kt console-consumer source --from-beginning --output json | head -2'

say 'Nothing is left behind'
run 'kt sandbox stop --dir sandbox --delete'
has_started=no
[ ! -e sandbox ]
printf '\n%s✔ %s lines went in and came out, byte for byte%s\n' "$green" "$lines" "$plain"

# bash completion for kt, generated from its table of commands. Use: source <(kt completion bash)

_kt_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_kt_files() {
  local IFS=$'\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null
}

_kt_topics_list() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --exclude-internal --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_topics_describe() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --topic-id | --partition-size-limit-per-response | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --topic-id --under-replicated-partitions --unavailable-partitions --under-min-isr-partitions --at-min-isr-partitions --topics-with-overrides --exclude-internal --if-exists --partition-size-limit-per-response --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_topics_create() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --partitions | --replication-factor | --replica-assignment | --config | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --partitions --replication-factor --replica-assignment --config --if-not-exists --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_topics_alter() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --partitions | --replica-assignment | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --partitions --replica-assignment --if-exists --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_topics_delete() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --if-exists --yes --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_console_producer() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --file) _kt_files -f ;;
  --reader-config) _kt_files -f ;;
  --report) _kt_words 'text json' ;;
  --input) _kt_words 'lines json csv raw' ;;
  --follow) _kt_files -f ;;
  --offset-file) _kt_files -f ;;
  --compression-codec) _kt_words 'none gzip snappy lz4 zstd' ;;
  --request-required-acks) _kt_words '0 1 -1 all' ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --reader-property | --partition | --partitioner | --interceptor | --keep | --key-column | --delimiter | --key | --header | --timestamp | --batch-size | --timeout | --request-timeout-ms | --message-send-max-retries | --retry-backoff-ms | --max-block-ms | --max-memory-bytes | --transactional-id | --transaction-records | --transaction-duration-ms) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --file --reader-property --reader-config --partition --partitioner --interceptor --report --input --keep --key-column --delimiter --key --header --timestamp --follow --offset-file --tombstones --compression-codec --request-required-acks --sync --batch-size --timeout --request-timeout-ms --message-send-max-retries --retry-backoff-ms --max-block-ms --max-memory-bytes --transactional-id --transaction-records --transaction-duration-ms --help' ;;
  esac
}

_kt_console_consumer() {
  case $prev in
  --output) _kt_words 'default json csv table hex raw' ;;
  --command-config) _kt_files -f ;;
  --to) _kt_files -f ;;
  --offset-file) _kt_files -f ;;
  --isolation-level) _kt_words 'read_committed read_uncommitted' ;;
  --format-time) _kt_words 'ms iso local' ;;
  --formatter-config) _kt_files -f ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --timeout | --group | --include | --commit | --partition | --offset | --until | --interceptor | --key | --key-matches | --grep | --header | --where | --after-context | -A | --before-context | -B | --context | -C | --tail | --max-messages | --timeout-ms | --format | --formatter-property | --formatter | --key-deserializer | --value-deserializer) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --timeout --group --include --commit --commit-async --enable-systest-events --from-beginning --partition --offset --until --exit-at-end --to --offset-file --interceptor --parallel --stats --key --key-matches --grep --header --where --invert-match --count --after-context --before-context --context --merge --tail --max-messages --timeout-ms --isolation-level --format --format-time --pretty --formatter-property --formatter-config --formatter --key-deserializer --value-deserializer --skip-message-on-error --help' ;;
  esac
}

_kt_copy() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --from-command-config) _kt_files -f ;;
  --to-command-config) _kt_files -f ;;
  --compression-codec) _kt_words 'none gzip snappy lz4 zstd' ;;
  --from-topic | --to-topic | --bootstrap-server | -b | --profile | --command-property | --from-bootstrap-server | --from-profile | --from-command-property | --to-bootstrap-server | --to-profile | --to-command-property | --timeout | --from | --until | --partition | --group | --keep | --key | --key-matches | --grep | --header | --where | --map) ;;
  *) _kt_words '--output --verbose --from-topic --to-topic --bootstrap-server --command-config --profile --command-property --from-bootstrap-server --from-command-config --from-profile --from-command-property --to-bootstrap-server --to-command-config --to-profile --to-command-property --timeout --from --until --partition --follow --group --exactly-once --keep --compression-codec --key --key-matches --grep --header --where --invert-match --map --create --dry-run --help' ;;
  esac
}

_kt_get_offsets() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --topic | --partitions | --topic-partitions | --time | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --partitions --topic-partitions --time --exclude-internal-topics --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_delete_records() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --offset-json-file) _kt_files -f ;;
  --command-config) _kt_files -f ;;
  --topic | --partition | --before | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --topic --partition --before --offset-json-file --yes --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_list() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --state | --type | --protocol | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --state --type --protocol --consumer --share --streams --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_describe() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --group | --lag-above | --watch | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --all-groups --offsets --members --state --lag-time --lag-above --exit-code --watch --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_offsets_dump() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --formatter) _kt_words 'OffsetsMessageFormatter GroupMetadataMessageFormatter' ;;
  --isolation-level) _kt_words 'read_committed read_uncommitted' ;;
  --command-config) _kt_files -f ;;
  --group | --topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --topic --formatter --latest --follow --isolation-level --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_perf_producer() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --payload-file) _kt_files -f ;;
  --csv) _kt_files -f ;;
  --report) _kt_files -f ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --timeout | --num-records | --duration | --throughput | --warmup-records | --workers | --partitions | --replication-factor | --record-size | --payload-delimiter | --payload-template | --compressible | --key-size | --keys | --headers | --transactional-id | --transaction-duration-ms | --reporting-interval | --compare) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --timeout --num-records --duration --throughput --warmup-records --workers --sync --partitions --replication-factor --record-size --payload-file --payload-delimiter --payload-monotonic --payload-template --compressible --key-size --keys --headers --transactional-id --transaction-duration-ms --print-metrics --reporting-interval --csv --report --compare --help' ;;
  esac
}

_kt_perf_consumer() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --csv) _kt_files -f ;;
  --report) _kt_files -f ;;
  --topic | --include | --bootstrap-server | -b | --profile | --command-property | --group | --num-records | --duration | --timeout | --workers | --fetch-size | --socket-buffer-size | --date-format | --reporting-interval | --compare) ;;
  *) _kt_words '--output --verbose --topic --include --bootstrap-server --command-config --profile --command-property --group --num-records --duration --timeout --workers --from-latest --fetch-size --socket-buffer-size --show-detailed-stats --hide-header --date-format --print-metrics --reporting-interval --csv --report --compare --help' ;;
  esac
}

_kt_perf_latency() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --producer-acks) _kt_words '1 all' ;;
  --csv) _kt_files -f ;;
  --report) _kt_files -f ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --timeout | --num-records | --duration | --throughput | --warmup-records | --record-size | --record-key-size | --num-headers | --record-header-key-size | --record-header-size | --reporting-interval | --compare) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --timeout --num-records --duration --throughput --warmup-records --producer-acks --record-size --record-key-size --num-headers --record-header-key-size --record-header-size --reporting-interval --csv --report --compare --help' ;;
  esac
}

_kt_perf_scenario() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --bootstrap-server --command-config --profile --command-property --timeout --dry-run --help' ;;
  esac
}

_kt_perf_verifiable_producer() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --acks) _kt_words '0 1 -1 all' ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --max-messages | --throughput | --message-create-time | --value-prefix | --repeating-keys) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --max-messages --throughput --acks --message-create-time --value-prefix --repeating-keys --help' ;;
  esac
}

_kt_perf_verifiable_consumer() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --reset-policy) _kt_words 'earliest latest none' ;;
  --topic | --bootstrap-server | -b | --profile | --command-property | --group-id | --group-protocol | --group-remote-assignor | --group-instance-id | --max-messages | --session-timeout | --assignment-strategy) ;;
  *) _kt_words '--output --verbose --topic --bootstrap-server --command-config --profile --command-property --group-id --group-protocol --group-remote-assignor --group-instance-id --max-messages --session-timeout --enable-autocommit --reset-policy --assignment-strategy --help' ;;
  esac
}

_kt_transactions_dump() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --formatter) _kt_words 'TransactionLogMessageFormatter' ;;
  --isolation-level) _kt_words 'read_committed read_uncommitted' ;;
  --command-config) _kt_files -f ;;
  --transactional-id | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --transactional-id --formatter --latest --follow --isolation-level --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_share_groups_dump() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --formatter) _kt_words 'ShareGroupStateMessageFormatter' ;;
  --isolation-level) _kt_words 'read_committed read_uncommitted' ;;
  --command-config) _kt_files -f ;;
  --group | --topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --topic --formatter --latest --follow --isolation-level --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_dump_log() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --files | --max-bytes | --max-message-size | --key-decoder-class | --value-decoder-class) ;;
  *) _kt_words '--output --verbose --files --print-data-log --deep-iteration --skip-record-metadata --max-bytes --max-message-size --index-sanity-check --verify-index-only --key-decoder-class --value-decoder-class --offsets-decoder --transaction-log-decoder --share-group-state-decoder --cluster-metadata-decoder --remote-log-metadata-decoder --help' ;;
  esac
}

_kt_groups_reset_offsets() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --from-file) _kt_files -f ;;
  --command-config) _kt_files -f ;;
  --group | --to-offset | --shift-by | --by-duration | --to-datetime | --topic | --to-group | --delete-internal-topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --all-groups --to-earliest --to-latest --to-current --to-offset --shift-by --by-duration --to-datetime --from-file --topic --all-topics --to-group --dry-run --execute --export --delete-all-internal-topics --delete-internal-topic --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_delete() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --group | --delete-internal-topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --all-groups --delete-all-internal-topics --delete-internal-topic --yes --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_delete_offsets() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --group | --topic | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --group --topic --all-topics --yes --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_remove_members() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --member | --instance | --reason | --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --member --instance --all-members --reason --yes --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_groups_validate_regex() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --command-config) _kt_files -f ;;
  --bootstrap-server | -b | --profile | --command-property | --timeout) ;;
  *) _kt_words '--output --verbose --bootstrap-server --command-config --profile --command-property --timeout --help' ;;
  esac
}

_kt_sandbox_start() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  --kafka-home) _kt_files -d ;;
  --nodes | --port | --kafka-version | --config) ;;
  *) _kt_words '--output --verbose --nodes --port --dir --kafka-version --kafka-home --config --help' ;;
  esac
}

_kt_sandbox_stop() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --delete --help' ;;
  esac
}

_kt_sandbox_status() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --help' ;;
  esac
}

_kt_sandbox_logs() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --help' ;;
  esac
}

_kt_sandbox_run() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --kafka-home) _kt_files -d ;;
  --nodes | --kafka-version | --config) ;;
  *) _kt_words '--output --verbose --nodes --kafka-version --kafka-home --config --help' ;;
  esac
}

_kt_sandbox_kill() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --help' ;;
  esac
}

_kt_sandbox_pause() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --help' ;;
  esac
}

_kt_sandbox_resume() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  --dir) _kt_files -d ;;
  *) _kt_words '--output --verbose --dir --help' ;;
  esac
}

_kt_completion() {
  case $prev in
  --output) _kt_words 'table json java' ;;
  *) _kt_words 'bash zsh fish --output --verbose --help' ;;
  esac
}

_kt() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local noun=${COMP_WORDS[1]} verb=${COMP_WORDS[2]}
  COMPREPLY=()
  # bash cuts --name=value into three words.
  if [ "$cur" = = ]; then
    cur=
  elif [ "$prev" = = ]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    _kt_words 'topics groups offsets perf transactions share-groups sandbox console-producer console-consumer copy get-offsets delete-records dump-log completion help --help --version'
    return
  fi
  if ((COMP_CWORD == 2)); then
    case $noun in
    topics) _kt_words 'list describe create alter delete --help'; return ;;
    groups) _kt_words 'list describe reset-offsets delete delete-offsets remove-members validate-regex --help'; return ;;
    offsets) _kt_words 'dump --help'; return ;;
    perf) _kt_words 'producer consumer latency scenario verifiable-producer verifiable-consumer --help'; return ;;
    transactions) _kt_words 'dump --help'; return ;;
    share-groups) _kt_words 'dump --help'; return ;;
    sandbox) _kt_words 'start stop status logs run kill pause resume --help'; return ;;
    help) _kt_words 'topics groups offsets perf transactions share-groups sandbox console-producer console-consumer copy get-offsets delete-records dump-log completion'; return ;;
    esac
  fi
  case "$noun $verb" in
  "topics list") _kt_topics_list ;;
  "topics describe") _kt_topics_describe ;;
  "topics create") _kt_topics_create ;;
  "topics alter") _kt_topics_alter ;;
  "topics delete") _kt_topics_delete ;;
  "console-producer "*) _kt_console_producer ;;
  "console-consumer "*) _kt_console_consumer ;;
  "copy "*) _kt_copy ;;
  "get-offsets "*) _kt_get_offsets ;;
  "delete-records "*) _kt_delete_records ;;
  "groups list") _kt_groups_list ;;
  "groups describe") _kt_groups_describe ;;
  "offsets dump") _kt_offsets_dump ;;
  "perf producer") _kt_perf_producer ;;
  "perf consumer") _kt_perf_consumer ;;
  "perf latency") _kt_perf_latency ;;
  "perf scenario") _kt_perf_scenario ;;
  "perf verifiable-producer") _kt_perf_verifiable_producer ;;
  "perf verifiable-consumer") _kt_perf_verifiable_consumer ;;
  "transactions dump") _kt_transactions_dump ;;
  "share-groups dump") _kt_share_groups_dump ;;
  "dump-log "*) _kt_dump_log ;;
  "groups reset-offsets") _kt_groups_reset_offsets ;;
  "groups delete") _kt_groups_delete ;;
  "groups delete-offsets") _kt_groups_delete_offsets ;;
  "groups remove-members") _kt_groups_remove_members ;;
  "groups validate-regex") _kt_groups_validate_regex ;;
  "sandbox start") _kt_sandbox_start ;;
  "sandbox stop") _kt_sandbox_stop ;;
  "sandbox status") _kt_sandbox_status ;;
  "sandbox logs") _kt_sandbox_logs ;;
  "sandbox run") _kt_sandbox_run ;;
  "sandbox kill") _kt_sandbox_kill ;;
  "sandbox pause") _kt_sandbox_pause ;;
  "sandbox resume") _kt_sandbox_resume ;;
  "completion "*) _kt_completion ;;
  esac
}

complete -F _kt kt

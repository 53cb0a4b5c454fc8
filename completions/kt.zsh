#compdef kt
# zsh completion for kt, generated from its table of commands. Use: source <(kt completion zsh)

_kt() {
  local -a candidates
  if (( CURRENT == 2 )); then
    candidates=(
      'topics:create, list, describe, alter and delete topics'
      'groups:list, describe, reset and delete groups\: consumer, share and streams'
      'offsets:what Kafka keeps about groups and their offsets'
      'perf:measure how fast a cluster is, and how late'
      'transactions:what Kafka keeps about transactions'
      'share-groups:what Kafka keeps about share groups'
      'sandbox:a real Apache Kafka on this machine, without Docker'
      'console-producer:lines from stdin or a file to a topic'
      'console-consumer:records of topics to stdout'
      'copy:a topic to another topic, or to another cluster'
      'get-offsets:offsets of partitions\: first, end, or at a time'
      'delete-records:forget the oldest records of partitions'
      'dump-log:show what is in the files of a log'
      'completion:completion of commands and options for a shell'
    )
    _describe command candidates
    return
  fi
  local noun=$words[2]
  case $noun in
  topics)
    if (( CURRENT == 3 )); then
      candidates=(
        'list:list topics'
        'describe:show partitions, replicas and configs'
        'create:create topics'
        'alter:add partitions'
        'delete:delete topics'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    list)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[topics by name or regular expression]:TOPIC: ' \
        '--exclude-internal[leave out topics that Kafka made for itself]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    describe)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[topics by name or regular expression]:TOPIC: ' \
        '*--topic-id=[the topic with this id]:ID: ' \
        '--under-replicated-partitions[with fewer replicas in sync than there should be]' \
        '--unavailable-partitions[without a live leader]' \
        '--under-min-isr-partitions[with fewer replicas in sync than min.insync.replicas]' \
        '--at-min-isr-partitions[with just as many as min.insync.replicas]' \
        '--topics-with-overrides[only topics with configs of their own, without their partitions]' \
        '--exclude-internal[leave out topics that Kafka made for itself]' \
        '--if-exists[a topic that does not exist is no error]' \
        '*--partition-size-limit-per-response=[partitions to ask for at a time]:N: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    create)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[names of the new topics]:TOPIC: ' \
        '*--partitions=[how many partitions]:N: ' \
        '*--replication-factor=[how many brokers hold each partition]:N: ' \
        '*--replica-assignment=[brokers of each partition instead\: 1\:2,2\:3]:ASSIGNMENT: ' \
        '*--config=[a config of the topic, e.g. retention.ms=3600000]:KEY=VALUE: ' \
        '--if-not-exists[a topic that exists already is no error]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    alter)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[topics by name or regular expression]:TOPIC: ' \
        '*--partitions=[how many partitions there shall be]:N: ' \
        '*--replica-assignment=[brokers of all partitions, old ones too\: 1\:2,2\:3]:ASSIGNMENT: ' \
        '--if-exists[a topic that does not exist is no error]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    delete)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[topics by name or regular expression]:TOPIC: ' \
        '--if-exists[a topic that does not exist is no error]' \
        '--yes[do not ask]' \
        '-y[do not ask]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  groups)
    if (( CURRENT == 3 )); then
      candidates=(
        'list:list groups of all types'
        'describe:show offsets and lag, members or state'
        'reset-offsets:move where groups go on reading'
        'delete:delete groups with their offsets'
        'delete-offsets:delete offsets of a group for topics'
        'remove-members:send members away'
        'validate-regex:check a regular expression for subscriptions'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    list)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--state=[only groups in these states, e.g. stable,empty]:STATES: ' \
        '*--type=[only groups of these types\: classic, consumer, share, streams]:TYPES: ' \
        '*--protocol=[only groups of this protocol\: consumer, share, streams, connect, …]:NAME: ' \
        '--consumer[only groups of consumers\: of either protocol, or without members that subscribe]' \
        '--share[only share groups]' \
        '--streams[only streams groups]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    describe)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[more columns\: leader epochs, assignments, epochs; and the trace of an error]' \
        '*--group=[groups by name or regular expression]:GROUP: ' \
        '--all-groups[all there are]' \
        '--offsets[partitions, offsets and lag, with totals]' \
        '--members[who is in it, and reads what]' \
        '--state[state, coordinator and assignor]' \
        '--lag-time[how old the next record to read is]' \
        '*--lag-above=[only groups that lag by more records than that]:N: ' \
        '--exit-code[end with 1 where there is such a group]' \
        '*--watch=[redraw lag, rates and time to catch up every so many seconds]:SECONDS: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    reset-offsets)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--group=[groups by name or regular expression]:GROUP: ' \
        '--all-groups[all there are]' \
        '--to-earliest[the first offset]' \
        '--to-latest[the end]' \
        '--to-current[what is committed; the end where nothing is]' \
        '*--to-offset=[this offset]:N: ' \
        '*--shift-by=[so many records on, or back where negative]:N: ' \
        '*--by-duration=[the first record that is not older\: PnDTnHnMnS]:DURATION: ' \
        '*--to-datetime=[the first record from then on\: YYYY-MM-DDThh\:mm\:ss.sss, UTC unless it says a zone]:TIME: ' \
        '*--from-file=[CSV as --export writes it]:FILE:_files' \
        '*--topic=[TOPIC or TOPIC\:0,1; may be repeated]:TOPIC: ' \
        '--all-topics[all that the group has offsets for]' \
        '*--to-group=[another group, which gets these offsets in place of GROUP]:GROUP: ' \
        '--dry-run[only show what would be (the default)]' \
        '--execute[do it]' \
        '--export[print CSV that --from-file reads]' \
        '--delete-all-internal-topics[also delete the internal topics of a streams group, with --execute]' \
        '*--delete-internal-topic=[one of them; may be repeated]:TOPIC: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    delete)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--group=[groups by name or regular expression]:GROUP: ' \
        '--all-groups[all there are]' \
        '--delete-all-internal-topics[also delete the internal topics of a streams group]' \
        '*--delete-internal-topic=[one of them; may be repeated]:TOPIC: ' \
        '--yes[do not ask]' \
        '-y[do not ask]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    delete-offsets)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--group=[whose offsets]:GROUP: ' \
        '*--topic=[TOPIC or TOPIC\:0,1; may be repeated]:TOPIC: ' \
        '--all-topics[all that the group has offsets for]' \
        '--yes[do not ask]' \
        '-y[do not ask]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    remove-members)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--member=[a member by its id; may be repeated]:ID: ' \
        '*--instance=[a static member by its group.instance.id; may be repeated]:ID: ' \
        '--all-members[all it has]' \
        '*--reason=[what the brokers write into their log]:TEXT: ' \
        '--yes[do not ask]' \
        '-y[do not ask]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    validate-regex)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  offsets)
    if (( CURRENT == 3 )); then
      candidates=(
        'dump:show what is in __consumer_offsets'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    dump)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--group=[only what is kept of this group, from the one partition that holds it; may be repeated]:GROUP: ' \
        '*--topic=[only offsets committed for this topic; may be repeated]:TOPIC: ' \
        '*--formatter=[the text of one of Kafka’s formatters]:CLASS:(OffsetsMessageFormatter GroupMetadataMessageFormatter)' \
        '--latest[only the current value of each key, as if the topic were compacted]' \
        '--follow[go on with what comes, until interrupted]' \
        '-f[go on with what comes, until interrupted]' \
        '*--isolation-level=[read_committed leaves out aborted transactions]:LEVEL:(read_committed read_uncommitted)' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  perf)
    if (( CURRENT == 3 )); then
      candidates=(
        'producer:send generated records and time each of them'
        'consumer:read records and tell how many a second came'
        'latency:records there and back, and how long that takes'
        'scenario:run the steps of a file and compare them'
        'verifiable-producer:send numbers and tell which were acknowledged'
        'verifiable-consumer:read as a member of a group and tell what happens'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    producer)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[the topic to send to]:TOPIC: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '*--num-records=[how many records to send]:N: ' \
        '*--duration=[send for this long instead\: 500ms, 30s, 5m or 1h]:TIME: ' \
        '*--throughput=[records per second; -1 is as fast as possible]:RATE: ' \
        '*--warmup-records=[the first records, which are counted apart]:N: ' \
        '*--workers=[processes to send from; their results become one]:N: ' \
        '--sync[send a record only when the one before is acknowledged]' \
        '*--partitions=[create the topic with so many partitions]:N: ' \
        '*--replication-factor=[of the topic that is created]:N: ' \
        '*--record-size=[bytes of a value, or a range such as 50..2000 (default 100)]:BYTES: ' \
        '*--payload-file=[take the values from FILE, in no order]:FILE:_files' \
        '*--payload-delimiter=[what stands between the values in that file]:TEXT: ' \
        '--payload-monotonic[the values are 0, 1, 2, …]' \
        '*--payload-template=[values from a text with {{seq}}, {{uuid}}, {{int\:1..9}} …; @FILE reads it]:TEMPLATE: ' \
        '*--compressible=[share of each value that a codec can take away, 0 to 1]:RATIO: ' \
        '*--key-size=[bytes of a key; without it records have none]:N: ' \
        '*--keys=[how many different keys there are]:N: ' \
        '*--headers=[headers of each record\: how many, or NAME=VALUE,NAME=VALUE]:HEADERS: ' \
        '*--transactional-id=[send in transactions]:ID: ' \
        '*--transaction-duration-ms=[commit after this long (default 3000)]:MS: ' \
        '--print-metrics[print what the producer counted, by the names of Kafka’s metrics]' \
        '*--reporting-interval=[how often progress is told]:MS: ' \
        '*--csv=[write the intervals to FILE as CSV]:FILE:_files' \
        '*--report=[write a page to FILE.html\: charts, percentiles, settings, machine]:FILE:_files' \
        '*--compare=[compare with a result that --output json has written]:OLD.json: ' \
        '--help[print this]' \
        '*: :'
      ;;
    consumer)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[the topic to read]:TOPIC: ' \
        '*--include=[read all topics whose name matches]:REGEX: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--group=[read as a member of this group; without it, as none]:GROUP: ' \
        '*--num-records=[end after so many records]:N: ' \
        '*--duration=[end after this long\: 500ms, 30s, 5m or 1h]:TIME: ' \
        '*--timeout=[end when no record has come for so long]:MS: ' \
        '*--workers=[processes to read with; their results become one]:N: ' \
        '--from-latest[start with the next record, where nothing is committed]' \
        '*--fetch-size=[bytes to fetch from a partition at once]:BYTES: ' \
        '*--socket-buffer-size=[the TCP buffer]:BYTES: ' \
        '--show-detailed-stats[a line for each interval, and none for the whole]' \
        '--hide-header[no header above Kafka’s lines]' \
        '*--date-format=[how times are printed, as java.text.SimpleDateFormat says it]:FORMAT: ' \
        '--print-metrics[print what the consumer counted, by the names of Kafka’s metrics]' \
        '*--reporting-interval=[how often progress is told]:MS: ' \
        '*--csv=[write the intervals to FILE as CSV]:FILE:_files' \
        '*--report=[write a page to FILE.html\: charts, percentiles, settings, machine]:FILE:_files' \
        '*--compare=[compare with a result that --output json has written]:OLD.json: ' \
        '--help[print this]' \
        '*: :'
      ;;
    latency)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[the topic to send to and read from; created where it is not there]:TOPIC: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '*--num-records=[how many records to send]:N: ' \
        '*--duration=[send for this long instead\: 500ms, 30s, 5m or 1h]:TIME: ' \
        '*--throughput=[records per second; without it one at a time]:RATE: ' \
        '*--warmup-records=[the first records, which are counted apart]:N: ' \
        '*--producer-acks=[1 or all]:ACKS:(1 all)' \
        '*--record-size=[bytes of a value]:BYTES: ' \
        '*--record-key-size=[bytes of a key; 0 is none]:BYTES: ' \
        '*--num-headers=[headers of each record]:N: ' \
        '*--record-header-key-size=[bytes of a header’s name]:BYTES: ' \
        '*--record-header-size=[bytes of a header’s value; -1 is null]:BYTES: ' \
        '*--reporting-interval=[how often progress is told]:MS: ' \
        '*--csv=[write the intervals to FILE as CSV]:FILE:_files' \
        '*--report=[write a page to FILE.html\: charts, percentiles, settings, machine]:FILE:_files' \
        '*--compare=[compare with a result that --output json has written]:OLD.json: ' \
        '--help[print this]' \
        '*: :'
      ;;
    scenario)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--dry-run[show the steps, and do nothing]' \
        '--help[print this]' \
        '*: :'
      ;;
    verifiable-producer)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[the topic to send to]:TOPIC: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--max-messages=[how many records; -1 is without end]:N: ' \
        '*--throughput=[records per second; -1 is as fast as possible]:RATE: ' \
        '*--acks=[which acknowledgements count]:ACKS:(0 1 -1 all)' \
        '*--message-create-time=[timestamp of the first record, in ms; -1 is now]:N: ' \
        '*--value-prefix=[a number that stands before each value, with a dot]:N: ' \
        '*--repeating-keys=[keys from 0 up to this, over and over]:N: ' \
        '--help[print this]' \
        '*: :'
      ;;
    verifiable-consumer)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--topic=[the topic to read]:TOPIC: ' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--group-id=[the group to read as a member of]:GROUP: ' \
        '*--group-protocol=[classic or consumer]:PROTOCOL: ' \
        '*--group-remote-assignor=[the broker’s assignor, with the protocol consumer]:NAME: ' \
        '*--group-instance-id=[a name that outlives restarts]:ID: ' \
        '*--max-messages=[end after so many records; -1 is never]:N: ' \
        '*--session-timeout=[how long a silent member stays one]:MS: ' \
        '--enable-autocommit[commit every auto.commit.interval.ms instead of after each batch]' \
        '*--reset-policy=[where to begin without a commit]:WHERE:(earliest latest none)' \
        '*--assignment-strategy=[the assignor’s class, with the protocol classic]:CLASS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  transactions)
    if (( CURRENT == 3 )); then
      candidates=(
        'dump:show what is in __transaction_state'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    dump)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--transactional-id=[only this one, from the one partition that holds it; may be repeated]:ID: ' \
        '*--formatter=[the text of Kafka’s formatter]:CLASS:(TransactionLogMessageFormatter)' \
        '--latest[only the current value of each key, as if the topic were compacted]' \
        '--follow[go on with what comes, until interrupted]' \
        '-f[go on with what comes, until interrupted]' \
        '*--isolation-level=[read_committed leaves out aborted transactions]:LEVEL:(read_committed read_uncommitted)' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  share-groups)
    if (( CURRENT == 3 )); then
      candidates=(
        'dump:show what is in __share_group_state'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    dump)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--group=[only what is kept of this share group; may be repeated]:GROUP: ' \
        '*--topic=[only what is kept of this topic]:TOPIC: ' \
        '*--formatter=[the text of Kafka’s formatter]:CLASS:(ShareGroupStateMessageFormatter)' \
        '--latest[only the current value of each key, as if the topic were compacted]' \
        '--follow[go on with what comes, until interrupted]' \
        '-f[go on with what comes, until interrupted]' \
        '*--isolation-level=[read_committed leaves out aborted transactions]:LEVEL:(read_committed read_uncommitted)' \
        '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
        '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
        '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
        '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
        '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  sandbox)
    if (( CURRENT == 3 )); then
      candidates=(
        'start:start a cluster, or a node that is down'
        'stop:stop the cluster'
        'status:say what runs'
        'logs:print the logs of the brokers'
        'run:run a command against a throw-away cluster'
        'kill:end a node without warning'
        'pause:make a node hang'
        'resume:let a paused node go on'
      )
      _describe command candidates
      return
    fi
    local verb=$words[3]
    shift 2 words
    (( CURRENT -= 2 ))
    case $verb in
    start)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--nodes=[how many brokers (default 1, or as many as before)]:N: ' \
        '*--port=[port of node 1; the others follow (default 9092)]:PORT: ' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '*--kafka-version=[which Apache Kafka (default 4.3.1)]:VERSION: ' \
        '*--kafka-home=[an unpacked Kafka distribution to run instead]:DIR:_files -/' \
        '*--config=[a broker property, for all nodes]:KEY=VALUE: ' \
        '--help[print this]' \
        '*: :'
      ;;
    stop)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--delete[delete its topics and logs too]' \
        '--help[print this]' \
        '*: :'
      ;;
    status)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--help[print this]' \
        '*: :'
      ;;
    logs)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--help[print this]' \
        '*: :'
      ;;
    run)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--nodes=[how many brokers]:N: ' \
        '*--kafka-version=[which Apache Kafka]:VERSION: ' \
        '*--kafka-home=[an unpacked Kafka distribution to run instead]:DIR:_files -/' \
        '*--config=[a broker property, for all nodes]:KEY=VALUE: ' \
        '--help[print this]' \
        '*: :'
      ;;
    kill)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--help[print this]' \
        '*: :'
      ;;
    pause)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--help[print this]' \
        '*: :'
      ;;
    resume)
      _arguments \
        '*--output=[how results are printed]:STYLE:(table json java)' \
        '--verbose[say more, and add the trace to an error]' \
        '*--dir=[where the sandbox lies]:DIR:_files -/' \
        '--help[print this]' \
        '*: :'
      ;;
    esac
    ;;
  console-producer)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--topic=[the topic to send to]:TOPIC: ' \
      '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
      '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
      '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
      '*--file=[read from FILE instead of stdin; may be repeated]:FILE:_files' \
      '*--reader-property=[parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, headers.key.separator, null.marker or ignore.error]:KEY=VALUE: ' \
      '*--reader-config=[file with reader properties]:FILE:_files' \
      '*--partition=[send everything to one partition]:N: ' \
      '*--partitioner=[how keys choose partitions\: default, sticky, round-robin, murmur2-random, consistent-crc32, or ./module.mjs]:NAME: ' \
      '*--interceptor=[a module that sees each record and acknowledgement; may be repeated]:MODULE: ' \
      '*--report=[print topic, partition, offset and timestamp of each record]:STYLE:(text json)' \
      '*--input=[what the input is\: a record a line, a JSON object a line, CSV with a header row, or one record]:FORMAT:(lines json csv raw)' \
      '*--keep=[what of a JSON record is kept\: partition, timestamp or both, with a comma]:FIELDS: ' \
      '*--key-column=[the column of a CSV row that is the key]:NAME: ' \
      '*--delimiter=[what ends a record instead of a newline; \\0, \\t, \\xNN are escapes]:BYTES: ' \
      '*--key=[the key of all records]:TEXT: ' \
      '*--header=[a header for all records; may be repeated]:KEY=VALUE: ' \
      '*--timestamp=[the timestamp of all records\: milliseconds, or 2026-11-20T10\:00Z]:TIME: ' \
      '*--follow=[read FILE on as it grows and is rotated, until interrupted]:FILE:_files' \
      '*--offset-file=[with --follow\: keep the place in FILE, and start there]:FILE:_files' \
      '--tombstones[each line is a key, whose record has no value]' \
      '*--compression-codec=[compress the batches; without a value gzip]:CODEC:(none gzip snappy lz4 zstd)' \
      '*--request-required-acks=[which acknowledgements count (default all)]:ACKS:(0 1 -1 all)' \
      '--sync[send a record only when the one before is acknowledged]' \
      '*--batch-size=[bytes to collect for a partition before sending]:BYTES: ' \
      '*--timeout=[how long a record may wait for its batch to fill]:MS: ' \
      '*--request-timeout-ms=[how long to wait for the answer to a request]:MS: ' \
      '*--message-send-max-retries=[how often to send a batch again]:N: ' \
      '*--retry-backoff-ms=[how long to wait before that]:MS: ' \
      '*--max-block-ms=[how long to wait for metadata or room]:MS: ' \
      '*--max-memory-bytes=[how many bytes may wait to be sent]:BYTES: ' \
      '*--transactional-id=[send in transactions, committed at the end of the input]:ID: ' \
      '*--transaction-records=[commit after this many records]:N: ' \
      '*--transaction-duration-ms=[commit after this long]:MS: ' \
      '--help[print this]' \
      '*: :'
    ;;
  console-consumer)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[default is lines as Kafka prints them]:STYLE:(default json csv table hex raw)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--topic=[topic to read; may be repeated]:TOPIC: ' \
      '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
      '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
      '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
      '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
      '*--group=[read as a member of this consumer group, and commit offsets to it]:GROUP: ' \
      '*--include=[read all topics whose name matches, also those to come]:REGEX: ' \
      '*--commit=[when offsets are committed\: each, every\:N, end or none (default every auto.commit.interval.ms)]:WHEN: ' \
      '--commit-async[go on reading before a commit is answered]' \
      '--enable-systest-events[tell of assignments, revocations and commits in JSON lines on stderr]' \
      '--from-beginning[start with the first record instead of the next one]' \
      '*--partition=[partitions to read, with a start each if wished\: 0,1 or 0\:100,1\:-5,2\:earliest]:LIST: ' \
      '*--offset=[where to start\: earliest, latest, 42, -5 (before the end), @2026-11-20T10\:00Z or @-1h]:OFFSET: ' \
      '*--until=[where to end, in the same words; what is there is not read any more]:OFFSET: ' \
      '--exit-at-end[end where the partitions end now]' \
      '-e[end where the partitions end now]' \
      '*--to=[append to FILE instead of stdout]:FILE:_files' \
      '*--offset-file=[keep the next offsets in FILE, and start where it says]:FILE:_files' \
      '*--interceptor=[a module that sees each record and commit; may be repeated]:MODULE: ' \
      '--parallel[read each partition by a worker of its own\: a slow one holds nobody up]' \
      '--stats[show position, end, lag and rate of each partition on stderr]' \
      '*--key=[records with this very key; reads only the partition that the key leads to]:KEY: ' \
      '*--key-matches=[records whose key matches, in RE2’s syntax]:REGEX: ' \
      '*--grep=[records whose value matches]:REGEX: ' \
      '*--header=[records with this header, or with a header of this name; may be repeated]:NAME=VALUE: ' \
      '*--where=[records for which this holds, e.g. value.amount > 10 && headers.x == "y"]:CONDITION: ' \
      '--invert-match[all records but these]' \
      '--count[print only how many there are]' \
      '*--after-context=[print as many records behind each match in its partition]:N: ' \
      '*-A[print as many records behind each match in its partition]:N: ' \
      '*--before-context=[print as many records before it]:N: ' \
      '*-B[print as many records before it]:N: ' \
      '*--context=[print as many records before and behind it]:N: ' \
      '*-C[print as many records before and behind it]:N: ' \
      '--merge[print partitions in the order of timestamps, not one after the other]' \
      '*--tail=[look at the last records of all partitions together, and end]:N: ' \
      '*--max-messages=[end after this many records]:N: ' \
      '*--timeout-ms=[end when no record has come for this long]:MS: ' \
      '*--isolation-level=[read_committed leaves out aborted transactions]:LEVEL:(read_committed read_uncommitted)' \
      '*--format=[kcat’s tokens\: %t %p %o %k %s %T %h %K %S %R %%, also %{json\:path} and %{header\:name}]:TEXT: ' \
      '*--format-time=[how --format prints %T]:FORM:(ms iso local)' \
      '--pretty[JSON indented and coloured, times for people]' \
      '*--formatter-property=[print.timestamp, print.key, print.offset, print.partition, print.epoch, print.headers, print.value, key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer or headers.deserializer]:KEY=VALUE: ' \
      '*--formatter-config=[file with formatter properties]:FILE:_files' \
      '*--formatter=[Kafka’s class DefaultMessageFormatter, LoggingMessageFormatter or NoOpMessageFormatter, or ./module.mjs]:NAME: ' \
      '*--key-deserializer=[string, bytes, short, integer, long, float, double, uuid or boolean; also Kafka’s class names]:NAME: ' \
      '*--value-deserializer=[the same for values]:NAME: ' \
      '--skip-message-on-error[go on with the next record when one cannot be printed]' \
      '--help[print this]' \
      '*: :'
    ;;
  copy)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--from-topic=[topic to copy]:TOPIC: ' \
      '*--to-topic=[topic to copy to]:TOPIC: ' \
      '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
      '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
      '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
      '*--from-bootstrap-server=[brokers of the source, where it is another cluster]:HOST\:PORT,…: ' \
      '*--from-command-config=[file with client properties for the source]:FILE:_files' \
      '*--from-profile=[profile of the source]:NAME: ' \
      '*--from-command-property=[one client property for the source]:KEY=VALUE: ' \
      '*--to-bootstrap-server=[brokers of the target, where it is another cluster]:HOST\:PORT,…: ' \
      '*--to-command-config=[file with client properties for the target]:FILE:_files' \
      '*--to-profile=[profile of the target]:NAME: ' \
      '*--to-command-property=[one client property for the target]:KEY=VALUE: ' \
      '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
      '*--from=[where to start\: earliest, latest, 42, -5 (before the end), @2026-11-20T10\:00Z or @-1h]:OFFSET: ' \
      '*--until=[where to end, in the same words (default\: where the topic ends now)]:OFFSET: ' \
      '*--partition=[partitions to copy, with a start each if wished\: 0,1 or 0\:100,1\:-5]:LIST: ' \
      '--follow[do not end\: copy what comes, too]' \
      '*--group=[keep in this group how far it is, and go on from there]:GROUP: ' \
      '--exactly-once[records and offsets of the group in one transaction]' \
      '*--keep=[timestamp (as by default), partition (also where the target has more), or none]:WHAT: ' \
      '*--compression-codec=[pack the batches anew; without it they stay as they are]:CODEC:(none gzip snappy lz4 zstd)' \
      '*--key=[records with this very key; reads only the partition that the key leads to]:KEY: ' \
      '*--key-matches=[records whose key matches, in RE2’s syntax]:REGEX: ' \
      '*--grep=[records whose value matches]:REGEX: ' \
      '*--header=[records with this header, or with a header of this name; may be repeated]:NAME=VALUE: ' \
      '*--where=[records for which this holds, e.g. value.amount > 10 && headers.x == "y"]:CONDITION: ' \
      '--invert-match[all records but these]' \
      '*--map=[a module whose default export changes, drops or multiplies records]:MODULE: ' \
      '--create[make the target with the partitions and configs of the source]' \
      '--dry-run[say what would be copied, and do nothing]' \
      '--help[print this]' \
      '*: :'
    ;;
  get-offsets)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--topic=[topics by name or regular expression]:TOPIC: ' \
      '*--partitions=[only these partitions of the topics\: 0,2]:NUMBERS: ' \
      '*--topic-partitions=[patterns and ranges\: orders\:0,pay.*\:1-3,audit\:2-]:RULES: ' \
      '*--time=[which\: latest, earliest, max-timestamp, earliest-local, latest-tiered, earliest-pending-upload, epoch milliseconds, or @2026-11-20T10\:00Z, @-1h\: the first record from then on]:TIME: ' \
      '--exclude-internal-topics[leave out topics that Kafka made for itself]' \
      '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
      '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
      '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
      '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
      '--help[print this]' \
      '*: :'
    ;;
  delete-records)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--topic=[whose records]:TOPIC: ' \
      '*--partition=[of these partitions only\: 0,2]:NUMBERS: ' \
      '*--before=[the first to keep\: 42, latest, -5 (before the end), @2026-11-20T10\:00Z, @-1h]:OFFSET|@TIME: ' \
      '*--offset-json-file=[{"partitions"\: \[{"topic"\: "orders", "partition"\: 0, "offset"\: 42}\], "version"\: 1}]:FILE:_files' \
      '--yes[do not ask]' \
      '-y[do not ask]' \
      '*--bootstrap-server=[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*-b[brokers to start from; also KT_BOOTSTRAP_SERVER]:HOST\:PORT,…: ' \
      '*--command-config=[file with client properties, as Kafka’s scripts read it]:FILE:_files' \
      '*--profile=[client properties kept as ~/.config/kt/NAME.properties; also KT_PROFILE]:NAME: ' \
      '*--command-property=[one client property, e.g. security.protocol=SSL]:KEY=VALUE: ' \
      '*--timeout=[milliseconds to reach a broker (default 10000)]:MS: ' \
      '--help[print this]' \
      '*: :'
    ;;
  dump-log)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '*--files=[the files, separated by commas]:FILE,…: ' \
      '--print-data-log[print keys and values; any decoder means that too]' \
      '--deep-iteration[print the records, not only the batches]' \
      '--skip-record-metadata[print of a record only its key and value]' \
      '*--max-bytes=[stop after this many bytes of a .log file]:N: ' \
      '*--max-message-size=[largest batch that an index may lead to]:N: ' \
      '--index-sanity-check[only check whether a broker would take the index as it is]' \
      '--verify-index-only[check an index against its log without printing it]' \
      '*--key-decoder-class=[class for keys\: String, Integer, Long or DefaultDecoder]:CLASS: ' \
      '*--value-decoder-class=[class for values]:CLASS: ' \
      '--offsets-decoder[the log is one of __consumer_offsets]' \
      '--transaction-log-decoder[the log is one of __transaction_state]' \
      '--share-group-state-decoder[the log is one of __share_group_state]' \
      '--cluster-metadata-decoder[the log is one of __cluster_metadata]' \
      '--remote-log-metadata-decoder[the log is one of __remote_log_metadata]' \
      '--help[print this]' \
      '*: :'
    ;;
  completion)
    shift words
    (( CURRENT -= 1 ))
    _arguments \
      '*--output=[how results are printed]:STYLE:(table json java)' \
      '--verbose[say more, and add the trace to an error]' \
      '--help[print this]' \
      '1: :(bash zsh fish)'
    ;;
  esac
}

if [[ $funcstack[1] == _kt ]]; then
  _kt "$@"
else
  compdef _kt kt
fi

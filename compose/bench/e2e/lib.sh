# What the scenarios share; sourced. Sets root, work (a directory that goes away), moor, java and bench, starts the embedded
# stack, and knows the commands of the peers. Figures are collected as lines "ROW TAB NAME TAB VALUE" in $work/figures.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/moor-bench.XXXXXX")
moor=$root/moor
peers=$root/compose/bench/peers

finish() {
    [ -e "$work/stack" ] && "$moor" stack stop --data "$work/stack" >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { echo "$*" >&2; }

[ "$(uname -s)" = Linux ] || { say "this benchmark reads /proc: Linux only"; exit 1; }
"$moor" dev --help >/dev/null || exit 1 # builds when something changed
"$moor" quick-start                     # what a build by the launcher leaves; one by Maven does not
if [ ! -f "$root/compose/bench/target/built" ] ||
    [ -n "$(find "$root/compose/bench/src" "$root/compose/bench/pom.xml" -newer "$root/compose/bench/target/built" -print | head -n 1)" ]; then
    say "building the benchmarks ..."
    (cd "$root" && mvn -B -q -Dmaven.test.skip=true -Dformat=skip -pl compose/bench -am package) >/dev/null
fi
java=$("$root/.mvn/find-jdk")/bin/java
bench=("$java" -XX:+UseSerialGC -Xmx256m --enable-native-access=ALL-UNNAMED
    -cp "$root/compose/bench/target/classes:$(cat "$root/compose/bench/target/classpath")")

"$moor" stack start --data "$work/stack" >/dev/null
# shellcheck source=/dev/null
. "$work/stack/endpoints.env"

topic() { # NAME...: topics with one partition
    "${bench[@]}" io.moor.bench.Topic "$MOOR_KAFKA" "$@" 2>/dev/null
}

drop() { # NAME...: deletes topics, so that the disk does not fill
    "${bench[@]}" io.moor.bench.Topic --drop "$MOOR_KAFKA" "$@" 2>/dev/null
}

# measure PROGRAM ARGUMENT...: a program of compose/bench; its figures are kept, and shown as they come
measure() {
    local program=$1
    shift
    "${bench[@]}" "io.moor.bench.$program" "$@" 2>"$work/measure.err" >"$work/measure.out" || {
        cat "$work/measure.err" "$work/measure.out" >&2
        exit 1
    }
    awk -F '\t' '{ printf "%s%s %.2f", NR == 1 ? "  " $1 ": " : ", ", $2, $3 } END { print "" }' "$work/measure.out" >&2
    cat "$work/measure.out" >>"$work/figures"
}

# table: the median of every figure, its smallest and its largest value
table() {
    sort -s -t "$(printf '\t')" -k3,3g "$work/figures" | awk -F '\t' -v order="$work/figures" '
        BEGIN {
            while ((getline line < order) > 0) {
                split(line, part, "\t")
                if (!((part[1], part[2]) in known)) {
                    known[part[1], part[2]]
                    row[++rows] = part[1]
                    name[rows] = part[2]
                }
            }
        }
        { value[$1, $2, ++count[$1, $2]] = $3 }
        END {
            printf "%-34s %-16s %12s %12s %12s %3s\n", "", "", "median", "smallest", "largest", "n"
            for (i = 1; i <= rows; i++) {
                n = count[row[i], name[i]]
                median = n % 2 ? value[row[i], name[i], (n + 1) / 2] : (value[row[i], name[i], n / 2] + value[row[i], name[i], n / 2 + 1]) / 2
                printf "%-34s %-16s %12.2f %12.2f %12.2f %3d\n", row[i] == last ? "" : row[i], name[i], median, value[row[i], name[i], 1], value[row[i], name[i], n], n
                last = row[i]
            }
        }'
}

# ratio ROW BASE NAME WANTED: of the figures that were measured in the same round, the median and its spread
ratio() {
    awk -F '\t' -v row="$1" -v base="$2" -v name="$3" -v wanted="$4" '
        $1 == row && $2 == name { of[++n] = $3 }
        $1 == base && $2 == name { to[++m] = $3 }
        END {
            for (i = 1; i <= n && i <= m; i++) if (to[i] > 0) r[++k] = of[i] / to[i]
            if (!k) exit
            for (i = 1; i <= k; i++) for (j = i + 1; j <= k; j++) if (r[j] < r[i]) { t = r[i]; r[i] = r[j]; r[j] = t }
            printf "%-70s %6.2f  (%.2f to %.2f)  wanted %s\n", name ": " row " / " base, k % 2 ? r[(k + 1) / 2] : (r[k / 2] + r[k / 2 + 1]) / 2, r[1], r[k], wanted
        }' "$work/figures"
}

# The command of each program is left in the array "command".

ship() { # TOPIC STATE ARGUMENT...: moor, with the flags of its launcher
    local topic=$1 state=$2
    shift 2
    command=("$moor" ship --kafka "$MOOR_KAFKA" --topic "$topic" --state "$state" --origin "$topic" "$@")
}

rsyslog_version() { rsyslogd -v 2>/dev/null | sed -n 's/^rsyslogd *\([0-9.]*\).*/rsyslog \1/p'; }

need_rsyslog() {
    command -v rsyslogd >/dev/null 2>&1 || PATH=$PATH:/usr/sbin
    if ! command -v rsyslogd >/dev/null 2>&1 || [ -z "$(find /usr/lib -name omkafka.so -print 2>/dev/null | head -n 1)" ]; then
        say "rsyslog with its Kafka output is needed: apt-get install --no-install-recommends rsyslog rsyslog-kafka"
        exit 1
    fi
}

# rsyslog FILES TOPIC DIRECTORY [LINGER]: imfile to omkafka, lz4, nothing added to a line: no key, no headers, no transaction, at least once.
# The queues are large enough that nothing is dropped and librdkafka can fill its batches; linger is in ms.
rsyslog() {
    local files=$1 topic=$2 directory=$3 linger=${4:-5}
    mkdir -p "$directory"
    cat >"$directory/rsyslog.conf" <<CONF
global(workDirectory="$directory" maxMessageSize="1m")
module(load="imfile" mode="inotify")
module(load="omkafka")
template(name="line" type="list") { property(name="msg") }
main_queue(queue.type="FixedArray" queue.size="100000" queue.dequeueBatchSize="4096" queue.workerThreads="1")
input(type="imfile" file="$files" tag="bench" ruleset="ship" freshStartTail="off" reopenOnTruncate="off")
ruleset(name="ship" queue.type="Direct") {
    action(type="omkafka" broker=["$MOOR_KAFKA"] topic="$topic" template="line" partitions.number="1" partitions.useFixed="0"
           confParam=["compression.codec=lz4", "linger.ms=$linger", "batch.num.messages=10000", "batch.size=1000000",
                      "queue.buffering.max.messages=500000", "queue.buffering.max.kbytes=262144", "acks=all"]
           action.resumeRetryCount="-1" queue.type="Direct")
}
CONF
    command=(rsyslogd -n -iNONE -f "$directory/rsyslog.conf")
}

need_peers() { # Kafka's own tools, from Maven Central
    [ -f "$peers/target/classpath" ] && [ "$peers/target/classpath" -nt "$peers/pom.xml" ] && return
    say "fetching kafka-tools and Kafka Connect ..."
    mvn -B -q -f "$peers/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=target/classpath >/dev/null && touch "$peers/target/classpath"
}

# performance FILE LINES TOPIC [PROPERTY]...: Kafka's ProducerPerformance with lines of FILE, in no order
performance() {
    local file=$1 lines=$2 topic=$3
    shift 3
    need_peers
    head -n 20000 "$file" >"$work/payload"
    command=("$java" -Xmx512m -cp "$(cat "$peers/target/classpath")" org.apache.kafka.tools.ProducerPerformance
        --topic "$topic" --num-records "$lines" --throughput -1 --payload-file "$work/payload" "$@"
        --command-property "bootstrap.servers=$MOOR_KAFKA" compression.type=lz4 acks=all batch.size=262144 linger.ms=5)
}

# connect FILE TOPIC DIRECTORY: a standalone worker with FileStreamSource: at least once, no key, no headers
connect() {
    local file=$1 topic=$2 directory=$3
    need_peers
    mkdir -p "$directory"
    cat >"$directory/worker.properties" <<PROPERTIES
bootstrap.servers=$MOOR_KAFKA
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.storage.file.filename=$directory/offsets
offset.flush.interval.ms=5000
listeners=http://127.0.0.1:0
plugin.discovery=service_load
producer.compression.type=lz4
producer.batch.size=262144
producer.linger.ms=5
producer.buffer.memory=67108864
PROPERTIES
    cat >"$directory/source.properties" <<PROPERTIES
name=bench
connector.class=org.apache.kafka.connect.file.FileStreamSourceConnector
tasks.max=1
file=$file
topic=$topic
batch.size=5000
PROPERTIES
    cat >"$directory/log4j2.properties" <<PROPERTIES
rootLogger.level=error
rootLogger.appenderRef.c.ref=C
appender.c.type=Console
appender.c.name=C
PROPERTIES
    command=("$java" -Xms256m -Xmx1g -XX:+UseParallelGC "-Dlog4j2.configurationFile=$directory/log4j2.properties"
        -cp "$(cat "$peers/target/classpath")" org.apache.kafka.connect.cli.ConnectStandalone "$directory/worker.properties" "$directory/source.properties")
}

machine() {
    echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r), $("$java" -version 2>&1 | sed -n 2p), load $(cut -d ' ' -f 1 /proc/loadavg)"
}

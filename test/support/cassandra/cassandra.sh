#!/usr/bin/env bash
# Runs one Cassandra 5.0.6 node from its published jars for as long as standard input stays open.
# usage: cassandra.sh DIR HOST HEAP [HOSTS]; HOSTS: all nodes of its cluster, with commas
# Everything but the jars is below DIR: data, configuration, cassandra.log, and pid, the process id.
# Needs Java 17 and, the first time, Maven. JARS says where the jars are kept.
# COMMITLOG=batch|periodic, MEMTABLE=skiplist|trie, JVM_OPTIONS, AUTHENTICATOR, MORE_YAML.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "$1" && cd "$1" && pwd)
host=$2
heap=$3
hosts=${4:-$host}
version=5.0.6
jars=${JARS:-${XDG_CACHE_HOME:-$HOME/.cache}/imicros-flow-worker/cassandra-$version}

if [ ! -f "$jars/complete" ]; then
  # Into a folder of its own: two that start at once do not meet.
  fresh=$(mkdir -p "$(dirname "$jars")" && mktemp -d "$jars.XXXXXX")
  mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$fresh" >&2
  touch "$fresh/complete"
  mv -T "$fresh" "$jars" 2> /dev/null || rm -rf "$fresh"
fi

# periodic: what was written in the last 100 ms is gone after a kill -9 (the marks that a replay reads
# up to are set that often).
case ${COMMITLOG:-periodic} in
  batch) sync='commitlog_sync: batch' ;;
  *) sync=$'commitlog_sync: periodic\ncommitlog_sync_period: 10000ms' ;;
esac

cat > "$dir/cassandra.yaml" << YAML
cluster_name: queue-test
num_tokens: 16
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
hinted_handoff_enabled: true
data_file_directories: [$dir/data]
commitlog_directory: $dir/commitlog
saved_caches_directory: $dir/saved_caches
hints_directory: $dir/hints
cdc_raw_directory: $dir/cdc_raw
$sync
commitlog_segment_size: 32MiB
authenticator: ${AUTHENTICATOR:-AllowAllAuthenticator}
authorizer: AllowAllAuthorizer
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${hosts//,/:7000,}:7000"
listen_address: $host
rpc_address: $host
storage_port: 7000
native_transport_port: 9042
start_native_transport: true
endpoint_snitch: SimpleSnitch
auto_bootstrap: false
paxos_variant: v2
memtable:
  configurations:
    skiplist:
      class_name: SkipListMemtable
    trie:
      class_name: TrieMemtable
    default:
      inherits: ${MEMTABLE:-skiplist}
memtable_allocation_type: offheap_objects
${MORE_YAML:-}
YAML

cat > "$dir/logback.xml" << XML
<configuration>
  <appender name="file" class="ch.qos.logback.core.FileAppender">
    <file>$dir/cassandra.log</file>
    <encoder><pattern>%-5level [%thread] %date{ISO8601} %F:%L - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="file"/></root>
</configuration>
XML

opens() { for each in "${@:2}"; do printf -- '--add-%s %s=ALL-UNNAMED ' "$1" "$each"; done; }
# Long enough for nodes that start together to hear of each other.
ring_delay=$([ "$hosts" = "$host" ] && echo 0 || echo 1000)

exec 3<&0
# shellcheck disable=SC2046,SC2086
java -Xms"$heap" -Xmx"$heap" -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError ${JVM_OPTIONS:-} \
  -Djdk.attach.allowAttachSelf=true \
  $(opens exports java.base/jdk.internal.misc java.base/jdk.internal.ref java.base/sun.nio.ch \
    java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/sun.rmi.registry java.rmi/sun.rmi.server \
    java.sql/java.sql jdk.attach/sun.tools.attach jdk.unsupported/sun.misc) \
  $(opens opens java.base/java.lang java.base/java.lang.reflect java.base/java.lang.module java.base/java.io \
    java.base/java.net java.base/java.nio java.base/java.util java.base/java.util.concurrent \
    java.base/java.util.concurrent.atomic java.base/jdk.internal.loader java.base/jdk.internal.ref \
    java.base/jdk.internal.reflect java.base/jdk.internal.math java.base/jdk.internal.module \
    java.base/jdk.internal.util.jar java.base/sun.nio.ch jdk.management/com.sun.management.internal \
    jdk.compiler/com.sun.tools.javac.file) \
  -Dcassandra.config="file://$dir/cassandra.yaml" -Dlogback.configurationFile="$dir/logback.xml" \
  -Dcassandra.storagedir="$dir" -Dcassandra.logdir="$dir" -Dcassandra-foreground=yes \
  -Dcassandra.skip_wait_for_gossip_to_settle=0 \
  -Dcassandra.ring_delay_ms="$ring_delay" -javaagent:"$(echo "$jars"/jamm-*.jar)" -cp "$dir:$jars/*" \
  org.apache.cassandra.service.CassandraDaemon > "$dir/output.log" 2>&1 < /dev/null 3<&- &
pid=$!
echo "$pid" > "$dir/pid"

# Whoever started this has ended, however: the server must not outlive it.
(
  cat <&3 > /dev/null
  kill -9 "$pid" 2> /dev/null
) > /dev/null 2>&1 &
exec 3<&-
wait "$pid" 2> /dev/null

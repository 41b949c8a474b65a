#!/bin/bash
# The stand-in for Cassandra's image: one node on the address of its container, until it is told to stop.
dir=/var/lib/cassandra
trap 'kill "$(cat "$dir/pid")"' TERM INT
(
  until [ -f "$dir/cassandra.log" ]; do sleep 0.2; done
  exec tail -n 0 -F "$dir/cassandra.log" 2> /dev/null
) &
# cassandra.sh runs as long as its standard input is open.
tail -f /dev/null | /opt/cassandra/cassandra.sh "$dir" "$(hostname -i)" "${MAX_HEAP_SIZE:-512M}" &
wait $!
wait $!

#!/usr/bin/env bash
# Prints the address of a Docker engine, DOCKER_HOST, and makes sure that there is a compose command: the
# engine that answers, or, as root, one of Debian's docker.io that is started under DIR.
# Exit code 3: there is none, standard error says why.
# usage: engine.sh DIR
set -euo pipefail
dir=$1

say() { echo "$*" >&2; }
has_compose() { docker compose version > /dev/null 2>&1 || command -v docker-compose > /dev/null; }
answers() { docker version > /dev/null 2>&1; }

if ! answers || ! has_compose; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    say 'There is no Docker engine with compose here, and only root can install Debian packages. Start one, or set DOCKER_HOST.'
    exit 3
  fi
  if ! command -v dockerd > /dev/null || ! has_compose || ! command -v debootstrap > /dev/null; then
    say 'installing docker.io, docker-compose and debootstrap ...'
    { apt-get update -qq && apt-get install -qq -y --no-install-recommends docker.io docker-compose debootstrap; } > "$dir/apt.log" 2>&1 \
      || { tail -n 5 "$dir/apt.log" >&2; exit 3; }
  fi
fi

if ! answers; then
  export DOCKER_HOST=unix://$dir/docker.sock
  setsid dockerd --host "$DOCKER_HOST" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
    > "$dir/dockerd.log" 2>&1 < /dev/null &
  for _ in $(seq 60); do
    if answers; then break; fi
    sleep 0.5
  done
  if ! answers; then
    say "An engine cannot run here: $(tail -n 1 "$dir/dockerd.log")"
    exit 3
  fi
fi
echo "${DOCKER_HOST:-}"

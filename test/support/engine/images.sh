#!/usr/bin/env bash
# Gives the Docker engine the images that docker-compose.yml, the Dockerfile and testcontainers name: those
# it has, those it can pull, and otherwise stand-ins of Debian's packages, the jars of Cassandra and the
# Node of this project. Needs root, debootstrap and some minutes for stand-ins; what it did, it says.
# Exit code 3: there are no images, or no container runs of them; standard error says why.
# usage: images.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
base=imicros-flow-worker/stand-in-base
images=(cassandra:5.0 redis:7 node:24-bookworm-slim)

say() { echo "$*" >&2; }
has() { docker image inspect "$1" > /dev/null 2>&1; }
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

# Debian with what all of the stand-ins need.
make_base() {
  say "making $base from Debian's packages ..."
  local mirror
  mirror=$({ grep -rhosE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d || true; } | head -n 1)
  debootstrap --variant=minbase --include=ca-certificates,openjdk-17-jre-headless,procps,redis-server \
    bookworm "$context/root" ${mirror:+"$mirror"} > "$context/debootstrap.log" \
    || { tail -n 5 "$context/debootstrap.log" >&2; exit 3; }
  tar -C "$context/root" -c . | docker import - "$base" > /dev/null
  rm -rf "$context/root"
}

build() { # IMAGE, Dockerfile on standard input, files in the context
  docker build --quiet --tag "$1" --file - "$context" > /dev/null
}

stand_in_for() {
  has "$base" || make_base
  say "making a stand-in for $1 ..."
  case $1 in
    cassandra:*)
      local jars=${JARS:-${XDG_CACHE_HOME:-$HOME/.cache}/imicros-flow-worker/cassandra-5.0.6}
      if [ ! -f "$jars/complete" ]; then
        mvn -B -q -f "$project/test/support/cassandra/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars" >&2
        touch "$jars/complete"
      fi
      cp -r "$jars" "$context/jars"
      cp "$project/test/support/cassandra/cassandra.sh" "$here/cassandra-entrypoint.sh" "$context"
      build "$1" << DOCKERFILE
FROM $base
COPY jars /opt/cassandra/jars
COPY cassandra.sh cassandra-entrypoint.sh /opt/cassandra/
ENV JARS=/opt/cassandra/jars
VOLUME /var/lib/cassandra
ENTRYPOINT ["/opt/cassandra/cassandra-entrypoint.sh"]
DOCKERFILE
      ;;
    redis:*)
      build "$1" << DOCKERFILE
FROM $base
WORKDIR /data
VOLUME /data
CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"]
DOCKERFILE
      ;;
    node:*)
      # With what npm needs to know of this machine: its registry and whom it trusts.
      cp "$("$project/node_modules/.bin/node" -p process.execPath)" "$context/node"
      cp -rL "$(dirname "$(realpath "$(command -v npm)")")/.." "$context/npm"
      cp "$(npm config get userconfig)" "$context/npmrc" 2> /dev/null || touch "$context/npmrc"
      cp -rL /etc/ssl/certs "$context/certs"
      build "$1" << DOCKERFILE
FROM $base
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY npmrc /usr/local/etc/npmrc
COPY certs /etc/ssl/certs
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && useradd --create-home --uid 1000 node
DOCKERFILE
      ;;
  esac
  rm -rf "${context:?}"/*
}

for image in "${images[@]}"; do
  has "$image" || docker pull --quiet "$image" > /dev/null 2>&1 || stand_in_for "$image"
done
docker run --rm redis:7 true >&2 || { say 'No container can run here.'; exit 3; }

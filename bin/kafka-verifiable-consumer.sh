#!/bin/sh
# Generated: kt under the name of Kafka's script.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
case $self in */*) bin=${self%/*} ;; *) bin=. ;; esac
exec "$bin/kt" --invoked-as kafka-verifiable-consumer.sh "$@"

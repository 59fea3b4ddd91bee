#!/bin/sh
# What the sidecar runs when the instance is drained: asks the application to end, and waits until it and its database have.
pid=$(cat "$1/orders.pid" 2>/dev/null) || exit 0
kill -TERM "$pid" 2>/dev/null || exit 0
while kill -0 "$pid" 2>/dev/null; do
    sleep 0.05
done

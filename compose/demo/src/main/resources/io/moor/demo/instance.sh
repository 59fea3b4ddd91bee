#!/bin/sh
# The first process of a demo "server": starts the sidecar, waits for the volume, starts the application.
# Its environment says what and where (class InstanceHost).
"$MOOR" sidecar --config "$SIDECAR_CONFIG" >>"$INSTANCE_DIR/sidecar.log" 2>&1 </dev/null &
until mountpoint -q "$VOLUME" || [ -L "$VOLUME" ]; do
    sleep 0.05
done
"$JAVA" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData -Xmx64m \
    -cp "$ORDERS_CLASS_PATH" io.moor.demo.orders.OrdersMain "$VOLUME" "$ORDERS_PORT" "$POSTGRES_HOME" "$INSTANCE_DIR" \
    2>>"$INSTANCE_DIR/orders.log" </dev/null
wait

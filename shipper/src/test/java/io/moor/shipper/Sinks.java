package io.moor.shipper;

import io.moor.shipper.ShipperConfig.Sink;

import java.util.Locale;

/**
 * The sink that tests of delivery run with: {@code -Dmoor.sink=producer} runs them with Kafka's
 * own.
 */
public final class Sinks {

    private Sinks() {}

    public static Sink chosen() {
        return Sink.valueOf(System.getProperty("moor.sink", "direct").toUpperCase(Locale.ROOT));
    }
}

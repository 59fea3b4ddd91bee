package io.moor.demo;

import java.time.Duration;
import java.util.Optional;

/** Whether the parts that the story stands on still live. */
final class Vitals {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Process gateway;
    private final House house;
    private long lastLookNanos = System.nanoTime();

    Vitals(Process gateway, House house) {
        this.gateway = gateway;
        this.house = house;
    }

    /** What died, in words; empty while all is well. Looks at the stack once a second at most. */
    Optional<String> trouble() {
        if (gateway.isAlive() && System.nanoTime() - lastLookNanos < BETWEEN_LOOKS.toNanos()) {
            return Optional.empty();
        }
        lastLookNanos = System.nanoTime();
        return look();
    }

    /** The same, looked at now. */
    Optional<String> look() {
        if (!house.stackIsRunning()) {
            return Optional.of("the embedded stack ended unexpectedly; run the same command again");
        }
        return gateway.isAlive() ? Optional.empty() : Optional.of("the gateway ended unexpectedly");
    }
}

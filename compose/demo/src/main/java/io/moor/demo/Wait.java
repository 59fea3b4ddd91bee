package io.moor.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits for conditions, in the open: every wait has a limit and says what it waited for. The end of
 * the demo, and the death of a part that the story needs, end it at once.
 */
final class Wait {

    private static final long POLL_MS = 50;

    private final CountDownLatch ending;
    private final Supplier<Optional<String>> trouble;

    /**
     * @param ending counted down when the demo ends early
     * @param trouble why the story cannot go on, in words; empty while all is well
     */
    Wait(CountDownLatch ending, Supplier<Optional<String>> trouble) {
        this.ending = ending;
        this.trouble = trouble;
    }

    /** Something that may not be there yet. */
    @FunctionalInterface
    interface Look<T> {
        Optional<T> look() throws Exception;
    }

    /**
     * @throws StoryException when the time is up, the demo ends or a part of it died
     */
    <T> T until(String what, Duration limit, Look<T> look) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> found = tryTo(look);
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new StoryException(
                        "gave up after " + limit.toSeconds() + " s waiting for " + what);
            }
            if (ending.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                throw new StoryException("the demo was ended early");
            }
            Optional<String> reason = trouble.get();
            if (reason.isPresent()) {
                throw new StoryException(reason.get());
            }
        }
    }

    /** A gateway that has just lost its database says so and may be asked again. */
    private static <T> Optional<T> tryTo(Look<T> look) throws Exception {
        try {
            return look.look();
        } catch (GatewayApi.Refused refused) {
            if (refused.status() == 503) {
                return Optional.empty();
            }
            throw refused;
        }
    }
}

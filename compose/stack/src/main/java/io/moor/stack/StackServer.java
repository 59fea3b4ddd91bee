package io.moor.stack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The background process of {@code moor stack start}: runs the stack until SIGTERM, then stops it
 * in order. Its first line on stderr is the reason when it fails; {@link StackControl} reads it.
 */
final class StackServer {

    /** Longer than a clean stop takes, shorter than {@link StackControl} waits before it kills. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

    private StackServer() {}

    /** Arguments: directory, Kafka port, PostgreSQL port, S3 port; 0 for a free port. */
    static void main(String[] arguments) {
        StackOptions options =
                new StackOptions(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]));
        StackDirectory directory = new StackDirectory(options.directory());
        StackLogging.toFile(directory.log());
        Logger log = LoggerFactory.getLogger(StackServer.class);
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(main)));
        int status = 0;
        try (EmbeddedStack stack = EmbeddedStack.start(options, StackServer::announce)) {
            log.info("Ready: {}", stack.endpoints());
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            log.info("Stopped");
        } catch (RuntimeException e) {
            log.error("The stack failed", e);
            System.err.println(StackException.oneLine(e));
            status = 1;
        }
        if (status != 0) {
            Runtime.getRuntime().halt(status);
        }
    }

    private static void stop(Thread main) {
        main.interrupt();
        try {
            main.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Marks this process as the one that {@link StackControl} may stop. */
    static void announce(StackDirectory directory) throws IOException {
        ProcessIdentity.of(ProcessHandle.current().pid()).write(directory.process());
    }
}

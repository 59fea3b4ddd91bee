package io.moor.shipper.spool;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.engine.ShipperEngine;
import io.moor.shipper.journal.JournalFeed;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A shipper with inputs that are no files. The engine starts first: it takes the lock of the state
 * directory, reaches Kafka, and knows what an earlier run left in the spools. Then the inputs are
 * read into their spools. A drain ends the inputs, then the engine.
 */
public final class SpoolingShipper implements Shipper {

    /** An input that has ended is shipped whenever Kafka is there. */
    private static final Duration NO_LIMIT = Duration.ofDays(3_650);

    /** Of the time of a drain: for what was read last. */
    private static final long LONGEST_RESERVE = TimeUnit.SECONDS.toNanos(5);

    private final Shipper engine;
    private final List<Feed> feeds;
    private final Spools spools;
    private final CompletableFuture<DrainReport> ended = new CompletableFuture<>();
    private volatile @Nullable Throwable inputFailure;
    private volatile boolean draining;
    private volatile boolean cut;

    private SpoolingShipper(Shipper engine, List<Feed> feeds, Spools spools) {
        this.engine = engine;
        this.feeds = feeds;
        this.spools = spools;
    }

    /** Whether a configuration has inputs that are no files. */
    public static boolean hasSpools(ShipperConfig config) {
        return config.sources().stream().anyMatch(source -> source.spool() != null);
    }

    /**
     * Starts the engine, then the inputs.
     *
     * @throws ShipperException when the engine does not start, a spool cannot be used or an input
     *     cannot be read
     */
    public static Shipper start(ShipperConfig given) throws ShipperException {
        boolean onlySpools = given.sources().stream().allMatch(source -> source.spool() != null);
        if (given.untilEof() && !onlySpools) {
            throw new ShipperException(
                    Reason.INPUT_UNUSABLE,
                    "a run to the end ships files or a journal, not both; make it two runs");
        }
        ShipperConfig config = following(given);
        for (SourceConfig source : config.sources()) {
            check(source);
        }
        Spools spools = new Spools();
        Shipper engine = ShipperEngine.start(config, spools);
        boolean started = false;
        try {
            List<Feed> feeds = feeds(config, spools, given.untilEof());
            SpoolingShipper shipper = new SpoolingShipper(engine, feeds, spools);
            spools.reportOthers(config);
            shipper.begin(onlySpools);
            started = true;
            return shipper;
        } finally {
            if (!started) {
                engine.close();
            }
        }
    }

    /** Files are known by their real paths, so the state directory must be a real one too. */
    private static ShipperConfig following(ShipperConfig config) throws ShipperException {
        try {
            Path state = Files.createDirectories(config.state()).toRealPath();
            return new ShipperConfig(
                    config.origin(),
                    config.scope(),
                    config.sources(),
                    config.kafka(),
                    state,
                    config.ownerEpoch(),
                    false,
                    config.delivery(),
                    config.sink());
        } catch (IOException e) {
            throw new ShipperException(
                    Reason.STATE_UNUSABLE,
                    "the state directory "
                            + config.state()
                            + " cannot be written ("
                            + e
                            + "); choose another or correct its rights",
                    e);
        }
    }

    private static void check(SourceConfig source) throws ShipperException {
        SpoolConfig spool = source.spool();
        if (spool != null && spool.input() instanceof Journal journal) {
            JournalFeed.check(journal);
        }
    }

    private static List<Feed> feeds(ShipperConfig config, Spools spools, boolean untilEof)
            throws ShipperException {
        List<Feed> feeds = new ArrayList<>();
        for (SourceConfig source : config.sources()) {
            SpoolConfig place = source.spool();
            if (place != null) {
                feeds.add(
                        switch (place.input()) {
                            case SpoolConfig.StandardInput _ ->
                                    new StandardInputFeed(
                                            new FileInputStream(FileDescriptor.in),
                                            spools.open(source.name(), place, false),
                                            source.framing().encoding());
                            case Journal journal ->
                                    new JournalFeed(
                                            source.name(),
                                            journal,
                                            spools.open(source.name(), place, true),
                                            untilEof);
                        });
            }
        }
        return feeds;
    }

    private void begin(boolean onlySpools) {
        CompletableFuture<Void> _ =
                engine.ended()
                        .handle((report, failure) -> {
                            over(report, failure);
                            return null;
                        });
        feeds.forEach(Feed::start);
        Thread.ofPlatform().name("moor-inputs").daemon().start(() -> await(onlySpools));
    }

    private void over(@Nullable DrainReport report, @Nullable Throwable failure) {
        feeds.forEach(Feed::abandon);
        // No end is good that left something in a spool, whatever the engine saw.
        cut |= !spools.areAllCommitted();
        Throwable why = inputFailure == null ? failure : inputFailure;
        if (why instanceof CompletionException && why.getCause() != null) {
            ended.completeExceptionally(why.getCause());
        } else if (why != null) {
            ended.completeExceptionally(why);
        } else if (report != null) {
            ended.complete(cut ? cut(report) : report);
        }
    }

    /** Until the inputs end by themselves, or one of them cannot be read. */
    private void await(boolean onlySpools) {
        try {
            CompletableFuture.allOf(
                            feeds.stream().map(Feed::ended).toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            inputFailure = e.getCause();
        }
        try {
            if (!draining && (onlySpools || inputFailure != null)) {
                engine.drain(NO_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public ShipperStatus status() {
        ShipperStatus status = engine.status();
        List<String> troubles = spools.troubles();
        return troubles.isEmpty()
                ? status
                : new ShipperStatus(
                        status.origin(),
                        status.state(),
                        status.delivery(),
                        status.waitingFor(),
                        status.sources(),
                        status.streams(),
                        status.files(),
                        Stream.concat(troubles.stream(), status.problems().stream())
                                .limit(ShipperStatus.MOST_PROBLEMS)
                                .toList());
    }

    @Override
    public DrainReport drain(Duration timeout) throws InterruptedException {
        draining = true;
        long deadline = System.nanoTime() + timeout.toNanos();
        long reserve = Math.min(timeout.toNanos() / 3, LONGEST_RESERVE);
        for (Feed feed : feeds) {
            cut |= !feed.drain(deadline - reserve);
        }
        DrainReport report =
                engine.drain(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        return cut || !spools.areAllCommitted() ? cut(report) : report;
    }

    /** There was more to read than time. */
    private static DrainReport cut(DrainReport report) {
        return report.end() == DrainReport.End.DRAINED
                ? new DrainReport(
                        report.origin(),
                        report.streams(),
                        DrainReport.End.OUT_OF_TIME,
                        report.files())
                : report;
    }

    @Override
    public CompletableFuture<DrainReport> ended() {
        return ended.copy();
    }

    @Override
    public void close() {
        feeds.forEach(Feed::abandon);
        engine.close();
    }
}

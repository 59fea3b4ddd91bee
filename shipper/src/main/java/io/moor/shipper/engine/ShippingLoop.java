package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.State;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.engine.EngineStop.Why;
import io.moor.shipper.frame.Framer;
import io.moor.shipper.frame.Limits;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.shape.Shape;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Rounds over the streams, one block each; a commit when there is nothing more to read, or when the
 * transaction is large or old enough. One thread runs it; only {@link #status} is for others.
 *
 * <p>Blocking Kafka calls run on a thread of their own while this one goes on looking at the
 * directories, so that files which are rotated or deleted during an outage are open before they go.
 */
final class ShippingLoop implements Transactions.Patience {

    private static final Logger LOG = LoggerFactory.getLogger(ShippingLoop.class);

    /** Largest transaction, bytes; with the producer's buffer it bounds the memory. */
    private static final long LARGEST_TRANSACTION = 8L << 20;

    private static final long OLDEST_TRANSACTION = Orders.millis(200);

    /** At most a hundred transactions a second. */
    private static final long BETWEEN_COMMITS = Orders.millis(10);

    private static final long SCAN = Orders.millis(100);

    private static final long FIRST_BACKOFF = Orders.millis(1);
    private static final long LONGEST_BACKOFF = Orders.millis(250);

    /** The status is to tell what is true now. */
    private static final long LONGEST_REST = Orders.millis(1_000);

    private static final long MUCH = 64 << 10;

    /** Of the time of a drain: for the last commit and for reading the seals back. */
    private static final long LONGEST_RESERVE = Orders.millis(3_000);

    private static final long LATE_COMMIT = Orders.millis(1_000);

    private final ShipperConfig config;
    private final Orders orders;
    private final StreamBook book;
    private final Lookout lookout;
    private final Agenda agenda;
    private final Transactions transactions;
    private final StreamReader reader;
    private final Ending ending;

    private long scannedNanos;
    private long committedNanos;
    private long openedNanos;
    private boolean scanned;
    private boolean lookedAtEnded;

    /** What was created just before the order to drain is shipped, too. */
    private boolean scannedForDrain;

    private final Looks looks = new Looks();
    private final RateLimits rates = new RateLimits();
    private final Errands errands = new Errands();
    private long reserve;
    private volatile ShipperStatus status;
    private volatile String waitingFor = "";
    private final StatusReport report;
    private final SpoolReport spools;

    ShippingLoop(
            ShipperConfig config,
            Orders orders,
            StreamBook book,
            Lookout lookout,
            Transactions transactions,
            StreamReader reader,
            SpoolProgress spools) {
        this.spools = new SpoolReport(book, spools);
        this.config = config;
        this.orders = orders;
        this.book = book;
        this.lookout = lookout;
        this.agenda = lookout.agenda();
        this.transactions = transactions;
        this.reader = reader;
        this.ending = new Ending(book);
        this.status = ShipperStatus.starting(config);
        this.report = new StatusReport(config, book, InstantSource.system());
    }

    /** Until drained, or for ever. */
    DrainReport run() throws EngineStop, InterruptedException, ShipperException {
        long now = System.nanoTime();
        scan(now);
        if (config.untilEof() && book.streams().isEmpty()) {
            LOG.atInfo().addKeyValue("files", globs()).log("no file matches");
        }
        while (true) {
            now = System.nanoTime();
            checkOrders(now);
            boolean looked = config.untilEof() && scanned && book.unopened().isEmpty();
            if (!looked) {
                scanIfDue(now);
            }
            long bytes = round(now);
            if (reader.sawRewrite()) {
                lookout.forget();
                scan(now);
            }
            commitIfDue(bytes);
            transactions.lookAtTroubles(now, this);
            transactions.lookAtOwner(now, this);
            publish(false);
            if (isAtEnd()) {
                Optional<DrainReport> report = end();
                if (report.isPresent()) {
                    return report.get();
                }
            }
            if (config.untilEof() && looks.areEnough() && ending.nothingReadable()) {
                return cutShort();
            }
            if (orders.left(System.nanoTime()) <= reserve) {
                return cutShort();
            }
            rest(bytes);
        }
    }

    private long round(long now) throws EngineStop, InterruptedException, ShipperException {
        long bytes = 0;
        boolean ending = isEnding();
        List<LogStream> due =
                ending ? List.copyOf(book.streams()) : agenda.due(now, reader::isStill);
        for (LogStream stream : due) {
            SourceConfig source = stream.globs().source();
            if (transactions.isSuspended(stream)
                    || (!orders.isDraining() && rates.waitNanos(source, now) > 0)) {
                agenda.postpone(stream, now);
            } else if (stream.isDue(now)) {
                if (transactions.ready(stream, this)) {
                    long read = turn(stream, now);
                    rates.read(source, read, now);
                    bytes += read;
                } else {
                    agenda.committed(now);
                }
            }
            if (transactions.sink().bytes() >= LARGEST_TRANSACTION || book.isFull()) {
                commit(Set.of());
            }
        }
        agenda.putBack(due, now);
        return bytes;
    }

    /** Then every stream is looked at all the time, whatever is told of its file. */
    private boolean isEnding() {
        return config.untilEof() || orders.isDraining();
    }

    private long turn(LogStream stream, long now)
            throws EngineStop, InterruptedException, ShipperException {
        boolean wasOpen = transactions.isOpen();
        try {
            long bytes =
                    reader.turn(
                            stream,
                            transactions.sink(),
                            framer(stream),
                            config.untilEof() ? StreamReader.Mode.TO_END : StreamReader.Mode.FOLLOW,
                            now);
            if (!wasOpen && transactions.isOpen()) {
                openedNanos = System.nanoTime();
            }
            stream.readable();
            agenda.schedule(stream, bytes, bytes >= MUCH, now);
            return bytes;
        } catch (KafkaException e) {
            recover(e);
        } catch (IllegalStateException e) {
            // What KafkaProducer throws when it is in a state that allows no sending any more.
            recover(new KafkaException(e));
        } catch (IOException e) {
            unreadable(stream, e);
            stream.unreadable(e);
            agenda.postpone(stream, now);
        }
        return 0;
    }

    private static void unreadable(LogStream stream, IOException e) {
        LOG.atWarn()
                .addKeyValue("stream", stream.key())
                .addKeyValue("reason", e.toString())
                .log("file cannot be read; it is tried again");
    }

    private Framer framer(LogStream stream) {
        SourceConfig source = stream.globs().source();
        int topicLimit = largestValue(stream, stream.target().topic());
        int limit = Math.min(source.maxLineBytes(), topicLimit);
        Shape.Room room =
                new Shape.Room(topicLimit, book.topic(stream.target().topic()).retentionMillis());
        if (!source.hasDeadLetters()) {
            return stream.framer(Limits.split(limit), room);
        }
        int deadLimit = largestValue(stream, Topics.DEAD_LETTERS);
        return stream.framer(
                source.oversized() == Oversized.DEAD_LETTER
                        ? Limits.deadLetters(limit, deadLimit)
                        : Limits.split(Math.min(limit, deadLimit)),
                room);
    }

    private int largestValue(LogStream stream, String topic) {
        return LogSink.largestValue(book.topic(topic).maxRecordBytes(), stream.target());
    }

    private void commitIfDue(long bytes) throws EngineStop, InterruptedException, ShipperException {
        long now = System.nanoTime();
        if (transactions.isOpen()) {
            boolean idle = bytes < MUCH && now - committedNanos >= BETWEEN_COMMITS;
            boolean old = now - openedNanos >= OLDEST_TRANSACTION;
            if (idle || old) {
                commit(Set.of());
            }
        } else if (now - committedNanos >= LATE_COMMIT && !book.changes().touched().isEmpty()) {
            commit(Set.of());
        }
    }

    private void commit(Set<LogStream> seals)
            throws EngineStop, InterruptedException, ShipperException {
        transactions.commit(seals, this);
        committedNanos = System.nanoTime();
        agenda.committed(committedNanos);
        report.changed();
        spools.tell();
    }

    private void recover(KafkaException e)
            throws EngineStop, InterruptedException, ShipperException {
        transactions.recover(e, this);
        agenda.committed(System.nanoTime());
    }

    private boolean isAtEnd() throws ShipperException {
        if (config.untilEof()) {
            return scanned && ending.allRead();
        }
        return orders.isDraining() && scannedForDrain && ending.quiet(System.nanoTime());
    }

    /** Ships unterminated lines, seals, and reads the seals back. */
    private Optional<DrainReport> end() throws EngineStop, InterruptedException, ShipperException {
        if (!config.untilEof()) {
            for (LogStream stream : List.copyOf(book.streams())) {
                flush(stream);
            }
        }
        if (!isReadStill()) {
            ending.again();
            return Optional.empty();
        }
        // A failed commit takes back what it read: then there is more to read, and to seal later.
        while (ending.allRead() && book.streams().stream().anyMatch(s -> !s.isSealed())) {
            commit(ending.unsealed());
        }
        // What grew while it was sealed is shipped too, and sealed again.
        boolean complete = config.untilEof() ? ending.allRead() : isReadStill();
        if (!complete) {
            ending.again();
            return Optional.empty();
        }
        return Optional.of(report());
    }

    /**
     * Files that are over are looked at seldom, but before something is said of all. A run to the
     * end does so once, because a file that goes on growing has no end.
     */
    private boolean isReadStill() {
        if (config.untilEof() && lookedAtEnded) {
            return ending.allRead();
        }
        lookedAtEnded = true;
        return ending.allReadStill(System.nanoTime());
    }

    /** Time is nearly up: what is complete is sealed, what was read is committed. */
    private DrainReport cutShort() throws EngineStop, InterruptedException, ShipperException {
        book.lookAtAllEnded(System.nanoTime());
        Set<LogStream> complete = ending.quietStreams(System.nanoTime());
        for (LogStream stream : complete) {
            flush(stream);
        }
        commit(ending.read(complete));
        return report();
    }

    private DrainReport report() throws EngineStop, InterruptedException, ShipperException {
        Set<String> verified = transactions.verifySeals(this);
        publish(true);
        book.lookAtAllEnded(System.nanoTime());
        DrainReport drained =
                Reports.drain(config.origin(), book, verified, DrainReport.End.DRAINED);
        spools.ended(drained);
        return drained;
    }

    /** What is left when the loop ended otherwise; before {@link #close}. */
    DrainReport left(DrainReport.End end) throws InterruptedException {
        if (end == DrainReport.End.OUT_OF_TIME) {
            transactions.settle(Math.max(0, orders.left(System.nanoTime())));
        }
        book.lookAtAllEnded(System.nanoTime());
        return Reports.drain(config.origin(), book, Set.of(), end);
    }

    private void flush(LogStream stream) throws EngineStop, InterruptedException, ShipperException {
        if (transactions.isSuspended(stream) || !transactions.ready(stream, this)) {
            return;
        }
        try {
            while (stream.active().filter(Generation::canBeRead).isPresent()) {
                Generation active = stream.active().get();
                checkOrders(System.nanoTime());
                long bytes =
                        reader.turn(
                                stream,
                                transactions.sink(),
                                framer(stream),
                                StreamReader.Mode.TO_END,
                                System.nanoTime());
                if (bytes == 0 && !active.isOver()) {
                    // It waits for a handle, or for what other streams hold: their turn first.
                    return;
                }
                if (transactions.sink().bytes() >= LARGEST_TRANSACTION) {
                    commit(Set.of());
                }
            }
        } catch (KafkaException | IllegalStateException e) {
            recover(new KafkaException(e));
        } catch (IOException e) {
            unreadable(stream, e);
        }
    }

    private void rest(long bytes) throws InterruptedException {
        if (bytes >= MUCH) {
            return;
        }
        long now = System.nanoTime();
        long until = Math.min(lookout.scanIn(now), LONGEST_REST);
        if (transactions.isOpen()) {
            until = Math.min(until, committedNanos + BETWEEN_COMMITS - now);
        }
        until = isEnding() ? Math.min(until, nextDueIn(now)) : agenda.nextIn(now, until);
        orders.await(Math.max(until, FIRST_BACKOFF));
    }

    private long nextDueIn(long now) {
        long until = Math.min(LONGEST_BACKOFF, SCAN);
        for (LogStream stream : book.streams()) {
            if (stream.active().isPresent() && !transactions.isSuspended(stream)) {
                until = Math.min(until, stream.dueNanos() - now);
            }
        }
        return until;
    }

    private void scanIfDue(long now) {
        lookout.listen(now);
        // Whoever drains looks who still writes, which nobody tells.
        if (lookout.scanIn(now) <= 0 || (orders.isDraining() && now - scannedNanos >= SCAN)) {
            scan(now);
        }
    }

    private void scan(long now) {
        // Asked first: an order that comes while the directories are listed is not for this look.
        scannedForDrain |= orders.isDraining();
        scannedNanos = now;
        scanned = lookout.scan(now);
        looks.looked(book.probed());
        spools.tell();
        if (orders.isDraining()) {
            ending.look();
        }
    }

    /**
     * A part of the drain's time is for the last commit and for reading the seals back. The order
     * may come while a commit is waited for.
     */
    private void prepareDrain(long now) {
        if (reserve == 0 && orders.isDraining()) {
            reserve = Math.clamp(orders.left(now) / 3, 1, LONGEST_RESERVE);
            agenda.neverRest();
            ending.again();
        }
    }

    private void checkOrders(long now) throws EngineStop {
        if (orders.isClosed()) {
            throw new EngineStop(Why.CLOSED);
        }
        prepareDrain(now);
        // What is left then is for finding out what became of the last commit.
        if (orders.left(now) <= reserve / 3 * 2) {
            throw new EngineStop(Why.DRAIN_TIME_IS_UP);
        }
    }

    @Override
    public <T> T during(Callable<T> call)
            throws EngineStop, InterruptedException, ShipperException {
        FutureTask<T> task = new FutureTask<>(call);
        errands.run(task);
        try {
            return await(task);
        } finally {
            task.cancel(true);
        }
    }

    private <T> T await(FutureTask<T> task)
            throws EngineStop, InterruptedException, ShipperException {
        while (true) {
            try {
                return task.get(SCAN, TimeUnit.NANOSECONDS);
            } catch (TimeoutException slow) {
                long now = System.nanoTime();
                checkOrders(now);
                if (!config.untilEof()) {
                    scanIfDue(now);
                }
                publish(false);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof ShipperException ours) {
                    throw ours;
                }
                throw Transactions.kafka(cause == null ? e : cause);
            }
        }
    }

    @Override
    public void pause(long millis) throws EngineStop, InterruptedException {
        long end = System.nanoTime() + Orders.millis(millis);
        for (long now = System.nanoTime(); end - now > 0; now = System.nanoTime()) {
            checkOrders(now);
            if (!config.untilEof()) {
                scanIfDue(now);
            }
            publish(false);
            orders.await(Math.min(end - now, SCAN));
        }
    }

    @Override
    public void waitingFor(String what) {
        // Said after every commit: only news are worth a look at all streams.
        if (!what.equals(waitingFor)) {
            waitingFor = what;
            publish(true);
        }
    }

    private void publish(boolean now) {
        long nanos = System.nanoTime();
        if (now || report.isDue(nanos)) {
            State state = orders.isDraining() ? State.DRAINING : State.RUNNING;
            String why = waitingFor.isEmpty() ? transactions.troubles() : waitingFor;
            status = report.status(state, why, nanos);
        }
    }

    ShipperStatus status() {
        return status;
    }

    private String globs() {
        return config.sources().stream()
                .flatMap(source -> source.files().stream())
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }

    /** After the loop has ended. */
    void close() {
        try {
            errands.close();
            transactions.close();
        } finally {
            try {
                book.close();
            } finally {
                lookout.close();
            }
        }
    }
}

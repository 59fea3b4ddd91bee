package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.tail.FileTail;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Commits lines and checkpoints together, and finds the way back when Kafka fails. What a failure
 * means is decided by its category only; an unknown outcome is looked up in the checkpoints, never
 * guessed and never sent again.
 */
final class Transactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    static final int COMMIT_TRIES = 3;
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long LONGEST_BACKOFF_MS = 2_000;
    private static final long PROBE_MS = 1_500;

    /** How often topics that take no lines are looked at. */
    private static final long LOOK_AGAIN = Orders.millis(2_000);

    /** How often claims are looked for where nobody is fenced. */
    private static final long WATCH = Orders.millis(2_000);

    private final ShipperConfig config;
    private final KafkaLink link;
    private final StreamBook book;
    private final OwnerLook owner;
    private KafkaLink.Session session;
    private Map<String, Topics.Trouble> troubles;
    private long lookedNanos = System.nanoTime();
    private long watchedNanos = System.nanoTime();
    private int failures;

    /** Whether a commit was asked for, and nobody knows yet what became of it. */
    private boolean commitInDoubt;

    Transactions(ShipperConfig config, KafkaLink link, KafkaLink.Session session, StreamBook book) {
        this.config = config;
        this.link = link;
        this.session = session;
        this.book = book;
        this.troubles = session.topics().troubles();
        this.owner = new OwnerLook(link::last);
    }

    /** Waits for blocking calls while files are looked after. */
    interface Patience {
        /** Runs a call elsewhere; its exceptions come as they are. */
        <T> T during(Callable<T> call) throws EngineStop, InterruptedException, ShipperException;

        /** Lets time pass. */
        void pause(long millis) throws EngineStop, InterruptedException;

        /** Says why nothing moves; empty when it does again. */
        void waitingFor(String what);
    }

    LogSink sink() {
        return session.sink();
    }

    boolean isOpen() {
        return session.sink().isOpen();
    }

    /** Whether the topic of a stream takes no lines now; the streams of others go on. */
    boolean isSuspended(LogStream stream) {
        return troubles.containsKey(stream.target().topic())
                || (stream.globs().source().hasDeadLetters()
                        && troubles.containsKey(Topics.DEAD_LETTERS));
    }

    /** Why some streams do not move; empty when all do. */
    String troubles() {
        return troubles.values().stream()
                .map(Topics.Trouble::message)
                .sorted()
                .collect(Collectors.joining("; "));
    }

    /** Looks now and then whether topics that took no lines take them again. */
    void lookAtTroubles(long nowNanos, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        if (troubles.isEmpty() || isOpen() || nowNanos - lookedNanos < LOOK_AGAIN) {
            return;
        }
        lookedNanos = nowNanos;
        try {
            LogSink sink = session.sink();
            seen(
                    patience.during(() -> {
                        Topics.Look look = link.look();
                        sink.learn(look.usable().keySet());
                        return look;
                    }));
        } catch (KafkaException e) {
            LOG.atDebug().setCause(e).log("topics cannot be looked at");
        }
    }

    /** Hears, though it has nothing to ship, that another shipper took over. */
    void lookAtOwner(long nowNanos, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        if (!isOpen() && owner.isTakenOver(nowNanos)) {
            recover(new ProducerFencedException("another shipper took over"), patience);
        }
    }

    /**
     * Before lines of a stream are sent: the producer forgets topics that were away for a while,
     * and learning where they are may take long.
     *
     * @return whether the session is still the same
     */
    boolean ready(LogStream stream, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        LogSink sink = session.sink();
        boolean deadLetters = stream.globs().source().hasDeadLetters();
        if (sink.takesAtOnce(stream.target(), deadLetters)) {
            return true;
        }
        try {
            patience.during(() -> {
                sink.learn(
                        deadLetters
                                ? List.of(stream.target().topic(), Topics.DEAD_LETTERS)
                                : List.of(stream.target().topic()));
                return true;
            });
            return true;
        } catch (KafkaException e) {
            recover(e, patience);
            return false;
        }
    }

    private void seen(Topics.Look look) {
        for (Map.Entry<String, Topics.Trouble> trouble : look.troubles().entrySet()) {
            if (!troubles.containsKey(trouble.getKey())) {
                LOG.atWarn()
                        .addKeyValue("topic", trouble.getKey())
                        .addKeyValue("reason", trouble.getValue().message())
                        .log("topic takes no lines; its files wait, others go on");
            }
        }
        for (String name : troubles.keySet()) {
            if (!look.troubles().containsKey(name)) {
                LOG.atInfo().addKeyValue("topic", name).log("topic takes lines again");
            }
        }
        troubles = look.troubles();
        book.topics(look.usable());
    }

    /** Commits what was read since the last commit, with the checkpoint of every touched stream. */
    void commit(Set<LogStream> seals, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        Set<LogStream> all = new LinkedHashSet<>(book.changes().touched());
        all.addAll(seals);
        List<LogStream> touched = List.copyOf(all);
        if (touched.isEmpty() && !isOpen()) {
            return;
        }
        List<StreamCheckpoint> checkpoints = new ArrayList<>();
        try {
            requireOwnership(patience);
            acknowledgeLines(patience);
            for (LogStream stream : touched) {
                StreamCheckpoint checkpoint =
                        stream.checkpoint(
                                config.origin(),
                                config.scope(),
                                config.ownerEpoch(),
                                seals.contains(stream));
                checkpoints.add(checkpoint);
                session.sink().checkpoint(checkpoint);
                stream.archive(session.sink());
            }
            commitWithRetries(patience);
        } catch (KafkaException e) {
            recover(e, patience);
            return;
        }
        failures = 0;
        for (int i = 0; i < checkpoints.size(); i++) {
            touched.get(i).committed(checkpoints.get(i));
        }
    }

    /** Where no transaction fences a shipper whose origin was taken over. */
    private void requireOwnership(Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        long now = System.nanoTime();
        if (link.isWatched() && now - watchedNanos >= WATCH) {
            watchedNanos = now;
            patience.during(() -> {
                link.requireNoNewerClaim();
                return true;
            });
        }
    }

    private void acknowledgeLines(Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        LogSink sink = session.sink();
        if (!sink.isTransactional()) {
            patience.during(() -> {
                sink.acknowledgeLines();
                return true;
            });
        }
    }

    private void commitWithRetries(Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        LogSink sink = session.sink();
        commitInDoubt = true;
        for (int attempt = 1; ; attempt++) {
            try {
                patience.during(() -> {
                    sink.commit();
                    return true;
                });
                commitInDoubt = false;
                patience.waitingFor("");
                return;
            } catch (KafkaException e) {
                if (attempt == COMMIT_TRIES || KafkaFailure.of(e) != KafkaFailure.RETRY) {
                    throw e;
                }
                patience.waitingFor("Kafka: " + KafkaFailure.describe(e));
            }
        }
    }

    /** Goes back to what is committed, by the shortest way that is sure. */
    void recover(KafkaException failure, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        KafkaFailure kind = KafkaFailure.of(failure);
        LOG.atDebug().setCause(failure).addKeyValue("kind", kind).log("transaction failed");
        if (kind == KafkaFailure.FATAL) {
            throw new ShipperException(
                    Reason.KAFKA_REFUSED,
                    "Kafka refused: " + KafkaFailure.describe(failure),
                    failure);
        }
        if (kind == KafkaFailure.ABORT && abort(patience)) {
            commitInDoubt = false;
            book.rollback();
            if (++failures > 1) {
                patience.waitingFor("Kafka: " + KafkaFailure.describe(failure));
                backOff(patience);
            }
            return;
        }
        LOG.atWarn()
                .addKeyValue("reason", KafkaFailure.describe(failure))
                .log(
                        "Kafka does not take lines; reading stops, files stay open, and it goes on"
                                + " by itself");
        patience.waitingFor("Kafka: " + KafkaFailure.describe(failure));
        session.sink().close();
        // A failure that comes again at once must not make a hot loop.
        if (++failures > 1) {
            backOff(patience);
        }
        rebuild(kind == KafkaFailure.FENCED, patience);
        LOG.info("Kafka takes lines again");
        patience.waitingFor("");
    }

    private void backOff(Patience patience) throws EngineStop, InterruptedException {
        patience.pause(Math.min(FIRST_BACKOFF_MS << Math.min(failures, 8), LONGEST_BACKOFF_MS));
    }

    private boolean abort(Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        LogSink sink = session.sink();
        try {
            return patience.during(() -> {
                sink.abort();
                return true;
            });
        } catch (KafkaException e) {
            return false;
        }
    }

    /** Without a limit: the files are the buffer. */
    private void rebuild(boolean fenced, Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        for (long backoff = FIRST_BACKOFF_MS;
                ;
                backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
            try {
                KafkaLink.Session next =
                        patience.during(() -> {
                            link.reach(PROBE_MS);
                            return link.resume(fenced);
                        });
                session = next;
                link.taken();
                reconcile(next.checkpoints());
                commitInDoubt = false;
                seen(next.topics());
                return;
            } catch (KafkaException e) {
                patience.waitingFor("Kafka: " + KafkaFailure.describe(e));
            } catch (ShipperException e) {
                switch (e.reason()) {
                    case FENCED, CHECKPOINT_DAMAGED, STATE_UNUSABLE, INPUT_UNUSABLE -> throw e;
                    case KAFKA_UNREACHABLE, TOPIC_UNUSABLE, KAFKA_REFUSED ->
                            patience.waitingFor(String.valueOf(e.getMessage()));
                }
            }
            patience.pause(backoff);
        }
    }

    /**
     * Finds out, when time is up, what became of a commit that Kafka did not answer: it is ended,
     * so that it cannot happen later, and looked up. Without an answer in time its lines count as
     * not shipped.
     */
    void settle(long nanos) throws InterruptedException {
        if (!commitInDoubt || !session.sink().isTransactional()) {
            return;
        }
        session.sink().close();
        FutureTask<OriginCheckpoints> ended = new FutureTask<>(link::endOurs);
        Thread.ofPlatform().daemon().name("moor-shipper-kafka").start(ended);
        try {
            reconcile(ended.get(nanos, TimeUnit.NANOSECONDS));
            commitInDoubt = false;
        } catch (ExecutionException | TimeoutException | ShipperException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.toString())
                    .log(
                            "it is not known whether Kafka has the last transaction; its lines are"
                                    + " told as not shipped");
        } finally {
            ended.cancel(true);
        }
    }

    /** What became of a stream's part of the transaction in hand. */
    private enum Outcome {
        COMMITTED,
        ABORTED,
        NOT_IN_IT
    }

    /** The transaction in hand was committed or not: the checkpoints say which. */
    private void reconcile(OriginCheckpoints checkpoints) throws ShipperException {
        Map<LogStream, Outcome> outcomes = new LinkedHashMap<>();
        for (LogStream stream : book.streams()) {
            outcomes.put(stream, outcome(stream, checkpoints));
        }
        boolean together = session.sink().isTransactional();
        boolean committed = outcomes.containsValue(Outcome.COMMITTED);
        if (together && committed && outcomes.containsValue(Outcome.ABORTED)) {
            throw new ShipperException(
                    Reason.CHECKPOINT_DAMAGED,
                    "the checkpoints of origin '"
                            + config.origin()
                            + "' hold half a transaction; nothing is shipped on a guess");
        }
        outcomes.forEach((stream, outcome) -> {
            StreamCheckpoint found = checkpoints.streams().get(stream.key().value());
            if (found != null && (together ? committed : outcome == Outcome.COMMITTED)) {
                stream.committed(found);
            } else {
                stream.rollback();
            }
        });
    }

    private static Outcome outcome(LogStream stream, OriginCheckpoints checkpoints)
            throws ShipperException {
        Outcome outcome = Outcome.NOT_IN_IT;
        for (Generation generation : stream.generations()) {
            FileTail tail = generation.tail();
            if (tail == null) {
                continue;
            }
            long offset = checkpoints.committedOffset(stream.key().value(), generation.fileId());
            boolean committed = tail.dirty() && offset == tail.working().offset();
            if (!committed && offset != tail.committed().offset()) {
                throw contradiction(stream, offset, tail);
            }
            if (committed && outcome == Outcome.ABORTED) {
                throw contradiction(stream, offset, tail);
            }
            if (tail.dirty()) {
                outcome = committed ? Outcome.COMMITTED : Outcome.ABORTED;
            }
        }
        return outcome;
    }

    private static ShipperException contradiction(LogStream stream, long offset, FileTail tail) {
        return new ShipperException(
                Reason.CHECKPOINT_DAMAGED,
                "the checkpoint of '"
                        + stream.key()
                        + "' is at "
                        + offset
                        + ", which is neither "
                        + tail.committed().offset()
                        + " nor "
                        + tail.working().offset()
                        + "; was "
                        + "moor.checkpoints deleted or written by somebody else?");
    }

    /** Seals that Kafka gives back as they were written. */
    Set<String> verifySeals(Patience patience)
            throws EngineStop, InterruptedException, ShipperException {
        Set<String> verified = new HashSet<>();
        Map<String, StreamCheckpoint> found;
        try {
            found = patience.during(link::checkpoints).streams();
        } catch (KafkaException e) {
            LOG.atWarn()
                    .addKeyValue("reason", KafkaFailure.describe(e))
                    .log("seals could not be read back");
            return verified;
        }
        for (LogStream stream : book.streams()) {
            StreamCheckpoint seal = found.get(stream.key().value());
            boolean same =
                    seal != null
                            && seal.sealed()
                            && stream.isSealed()
                            && seal.lines() == stream.committedLines()
                            && seal.bytes() == stream.committedBytes();
            if (same) {
                verified.add(stream.key().value());
            }
        }
        return verified;
    }

    /** The exception of a call that ran elsewhere. */
    static KafkaException kafka(Throwable cause) {
        return switch (cause) {
            case KafkaException kafka -> kafka;
            case IllegalStateException state -> new KafkaException("producer unusable", state);
            case RuntimeException defect -> throw defect;
            case Error error -> throw error;
            default -> throw new CompletionException(cause);
        };
    }

    @Override
    public void close() {
        owner.close();
        session.sink().close();
    }
}

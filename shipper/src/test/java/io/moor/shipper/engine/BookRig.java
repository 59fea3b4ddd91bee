package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.frame.Limits;
import io.moor.shipper.hint.ChangeHints;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.kafka.SimulatedKafka;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.PathDiscovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One run of a shipper over real files, round by round, with a clock that the test moves. */
final class BookRig implements AutoCloseable {

    private static final int MANY_HANDLES = 1_024;
    private static final Duration TURN = Duration.ofMillis(25);
    private static final Duration SHORT = Duration.ofMillis(500);

    final StreamBook book;
    final StreamReader reader;
    final Ending ending;
    private final StatusReport status;

    /** Another one, which looks at everything each time. */
    private final StatusReport wholeStatus;

    private final ShipperConfig config;
    private final PathDiscovery discovery;
    private final SimulatedKafka kafka;
    private long nanos = System.nanoTime();

    /** Ahead of the files, so that every listing is settled. */
    private Instant wall = Instant.now().plusSeconds(3_600);

    BookRig(Path directory, String glob, List<StreamCheckpoint> checkpoints) {
        this(directory, List.of(glob), new SimulatedKafka(), MANY_HANDLES);
        book.restore(checkpoints, Map.of());
    }

    /** The next run, on what Kafka has from those before. */
    BookRig(Path directory, List<String> globs, SimulatedKafka kafka, int handles) {
        this(directory, globs, kafka, handles, OpenWriters.PROC);
    }

    BookRig(Path directory, List<String> globs, SimulatedKafka kafka, int handles, Path processes) {
        this.kafka = kafka;
        kafka.abort();
        config =
                new ShipperConfig(
                        new Origin("o"),
                        new StreamScope(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("h"),
                                Optional.empty()),
                        List.of(
                                new SourceConfig(
                                        "logs",
                                        globs.stream().map(glob -> directory + "/" + glob).toList(),
                                        List.of(),
                                        "t",
                                        1 << 20,
                                        SourceConfig.Oversized.SPLIT)),
                        Map.of(),
                        directory,
                        0,
                        false,
                        ShipperConfig.Delivery.EXACTLY_ONCE,
                        ShipperConfig.Sink.PRODUCER);
        List<GlobSet> sets = config.sources().stream().map(GlobSet::new).toList();
        InstantSource clock = () -> wall;
        FileObserver observer = new FileObserver(Optional.empty());
        book =
                new StreamBook(
                        config,
                        sets,
                        Map.of("t", new Topics.Topic(1, 1 << 20)),
                        observer,
                        clock,
                        new Handles(handles),
                        new OpenWriters(processes));
        book.restore(kafka.checkpoints());
        discovery = new PathDiscovery(sets, observer, clock);
        reader = new StreamReader(clock, book.parked(), new OpenWriters(processes));
        ending = new Ending(book);
        status = new StatusReport(config, book, clock);
        wholeStatus = new StatusReport(config, book, clock);
    }

    static Path append(Path file, String text) throws IOException {
        return Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Looks at the directories of this rig, when it is asked to. */
    Lookout lookout(ChangeHints hints) {
        return new Lookout(book, discovery, hints);
    }

    /** A scan, as the loop does it. */
    boolean scan() {
        boolean all = book.integrate(discovery.scan(book.directories()), nanos);
        if (!all) {
            discovery.forget();
        }
        book.lookAfterEnded(nanos);
        return all;
    }

    /** Whether a file of this name is one of a generation. */
    boolean isKnown(Path file) {
        return book.streams().stream()
                .flatMap(stream -> stream.generations().stream())
                .anyMatch(each -> each.onDisk() && each.path().equals(file));
    }

    /** Whether a file of this name is open, so that it can be read when it is deleted. */
    boolean isOpen(Path file) {
        return book.streams().stream()
                .flatMap(stream -> stream.generations().stream())
                .filter(each -> each.tail() != null && each.onDisk())
                .anyMatch(each -> each.path().equals(file));
    }

    /** A scan whose listing still shows a file that cannot be opened any more. */
    void failToOpen(Path file) throws IOException {
        var listed = discovery.scan(book.directories());
        Path aside = Files.move(file, file.resolveSibling("aside"));
        Files.createDirectory(file);
        book.integrate(listed, nanos);
        Files.delete(file);
        Files.move(aside, file);
        discovery.forget();
    }

    /** A scan whose listing shows names as they were before they were moved. */
    void scanThenMove(Path from, Path to, String newContent) throws IOException {
        var listed = discovery.scan(book.directories());
        Files.move(from, to);
        Files.writeString(from, newContent);
        book.integrate(listed, nanos);
        discovery.forget();
    }

    /** A round over all streams and a commit. */
    void read() throws IOException {
        turns(StreamReader.Mode.FOLLOW);
        if (reader.sawRewrite()) {
            discovery.forget();
            scan();
            turns(StreamReader.Mode.FOLLOW);
        }
        commit(Set.copyOf(book.changes().touched()), Set.of());
    }

    void turns(StreamReader.Mode mode) throws IOException {
        wall = wall.plus(TURN);
        for (int i = 0; i < 3; i++) {
            for (LogStream stream : List.copyOf(book.streams())) {
                turn(stream, mode);
            }
        }
    }

    /** One turn of one stream. */
    void turn(LogStream stream, StreamReader.Mode mode) throws IOException {
        reader.turn(
                stream,
                kafka.sink(),
                stream.framer(Limits.split(1 << 20), new Shape.Room(1 << 20, Long.MAX_VALUE)),
                mode,
                nanos);
        if (book.isFull()) {
            commit();
        }
    }

    /** Lets time pass, looking and reading in between like the loop. */
    void pass(Duration time) throws IOException {
        Duration step = time.dividedBy(100).compareTo(SHORT) > 0 ? time.dividedBy(100) : SHORT;
        for (Duration left = time; left.isPositive(); left = left.minus(step)) {
            nanos += step.toNanos();
            wall = wall.plus(step);
            scan();
            read();
        }
    }

    List<StreamCheckpoint> commit() {
        return commit(Set.of());
    }

    /** The checkpoints of all streams, those with nothing to say as well. */
    List<StreamCheckpoint> commit(Set<LogStream> seals) {
        return commit(book.streams(), seals);
    }

    private List<StreamCheckpoint> commit(Collection<LogStream> streams, Set<LogStream> seals) {
        List<StreamCheckpoint> checkpoints = new ArrayList<>();
        for (LogStream stream : streams) {
            StreamCheckpoint checkpoint =
                    stream.checkpoint(config.origin(), config.scope(), 0, seals.contains(stream));
            kafka.sink().checkpoint(checkpoint);
            stream.archive(kafka.sink());
            checkpoints.add(checkpoint);
            stream.committed(checkpoint);
        }
        if (kafka.sink().isOpen()) {
            kafka.sink().commit();
        }
        return checkpoints;
    }

    /** What a commit would say of a stream. */
    StreamCheckpoint plan(LogStream stream) {
        return stream.checkpoint(config.origin(), config.scope(), 0, false);
    }

    /** Values committed since the last question. */
    List<String> shipped() {
        return kafka.lines().stream().map(SimulatedKafka.Line::value).toList();
    }

    /** Forgets what was read and not committed, as the abort of a transaction does. */
    void discard() {
        kafka.abort();
    }

    Instant now() {
        return wall;
    }

    /** What the loop asks before it seals. */
    boolean allReadStill() {
        return ending.allReadStill(nanos);
    }

    DrainReport report() {
        return Reports.drain(config.origin(), book, Set.of(), DrainReport.End.DRAINED);
    }

    /** A look at everything, at the present moment of this rig. */
    ShipperStatus status(String waitingFor) {
        return status.status(ShipperStatus.State.RUNNING, waitingFor, nanos);
    }

    /** A look at what changed only tells what a look at everything tells. */
    void requireTrueStatus() {
        ShipperStatus part = status("");
        ShipperStatus whole = wholeStatus.status(ShipperStatus.State.DRAINING, "", nanos);
        assertThat(part.streams()).containsExactlyInAnyOrderElementsOf(whole.streams());
        assertThat(part.problems()).containsExactlyInAnyOrderElementsOf(whole.problems());
        assertThat(part.sources()).isEqualTo(whole.sources());
        assertThat(part.files()).containsExactlyInAnyOrderElementsOf(whole.files());
    }

    ShipperConfig config() {
        return config;
    }

    StatusReport statusReport() {
        return status;
    }

    /** Lets time pass as in an outage. */
    void passWithoutReading(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
        scan();
    }

    @Override
    public void close() {
        book.close();
    }
}

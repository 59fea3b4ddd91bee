package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.kafka.Topics.Topic;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.FileTail;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every stream of an origin, and which file belongs to which. A scan is folded in so: known
 * generations are found again first, wherever they were renamed to; then files that were created
 * and rotated away between two looks are adopted; what is left and matches a glob is a new
 * generation of the stream of its path.
 */
final class StreamBook {

    private static final Logger LOG = LoggerFactory.getLogger(StreamBook.class);

    /** How long a generation that is over keeps its handle. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** What the JVM reads for bytes of a name that its locale has no character for. */
    private static final char UNMAPPABLE = '\uFFFD';

    /** How often a generation that is over is looked at without a handle. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final StreamScope scope;
    private final List<GlobSet> globs;
    private final InstantSource clock;
    private final FileObserver observer;
    private final Reattachment reattachment;
    private final DeletedFiles deleted = new DeletedFiles();
    private final Map<String, LogStream> streams = new LinkedHashMap<>();
    private final Set<Path> complained = new HashSet<>();
    private final List<Unopened> unopened = new ArrayList<>();
    private Map<String, Topic> topics;

    StreamBook(
            ShipperConfig config,
            List<GlobSet> globs,
            Map<String, Topic> topics,
            FileObserver observer,
            InstantSource clock) {
        this.scope = config.scope();
        this.globs = globs;
        this.topics = topics;
        this.clock = clock;
        this.observer = observer;
        this.reattachment = new Reattachment(observer, clock, this::complain);
    }

    /** Takes over what checkpoints tell of the sources that are configured. */
    void restore(Collection<StreamCheckpoint> checkpoints) {
        for (StreamCheckpoint checkpoint : checkpoints) {
            for (GlobSet set : globs) {
                boolean ours =
                        set.source().name().equals(checkpoint.source())
                                && set.source().topic().equals(checkpoint.topic());
                if (ours) {
                    restore(checkpoint, set);
                    break;
                }
            }
        }
    }

    private void restore(StreamCheckpoint checkpoint, GlobSet set) {
        try {
            LogStream stream = LogStream.known(checkpoint, livePath(checkpoint), set, scope);
            streams.put(checkpoint.stream(), stream);
        } catch (InvalidPathException e) {
            LOG.atError()
                    .addKeyValue("stream", checkpoint.stream())
                    .log(
                            "stream has a file name that this locale cannot express; it is not"
                                    + " shipped, start with LC_ALL=C.UTF-8");
        }
    }

    /** The path of a stream is the last part of its key, which four encoded parts precede. */
    private Path livePath(StreamCheckpoint checkpoint) {
        String path = checkpoint.stream();
        for (int part = 0; part < 4; part++) {
            path = path.substring(path.indexOf('/') + 1);
        }
        String prefix = scope.volume().map(volume -> volume.id() + ":").orElse("");
        return StreamKey.absolute(
                scope, path.startsWith(prefix) ? path.substring(prefix.length()) : path);
    }

    void topics(Map<String, Topic> now) {
        topics = now;
    }

    Topic topic(String name) {
        Topic topic = topics.get(name);
        if (topic == null) {
            throw new IllegalStateException("no source has the topic " + name);
        }
        return topic;
    }

    Collection<LogStream> streams() {
        return streams.values();
    }

    /** Directories of all files that are still to be watched under whatever name. */
    Set<Path> directories() {
        return streams.values().stream()
                .flatMap(stream -> stream.generations().stream())
                .filter(generation ->
                        generation.onDisk() || generation.place() == Generation.Place.UNKNOWN)
                .map(generation -> generation.path().getParent())
                .flatMap(parent -> Optional.ofNullable(parent).stream())
                .collect(Collectors.toSet());
    }

    /**
     * Folds a scan in.
     *
     * @return false when a file could not be opened and the next scan must look again
     */
    boolean integrate(Scan scan, long nowNanos) {
        FileIndex files = new FileIndex(scan);
        unopened.clear();
        locate(files, scan);
        boolean all = reattachment.attach(streams.values(), files, scan, nowNanos);
        List<Scan.Matched> unclaimed =
                new ArrayList<>(
                        scan.matches().stream()
                                .filter(match -> !files.isTaken(match.file()))
                                .toList());
        for (LogStream stream : List.copyOf(streams.values())) {
            all &= adopt(stream, files, nowNanos);
        }
        unclaimed.sort(Comparator.comparing(match -> MissedRotations.birth(match.file())));
        for (Scan.Matched match : unclaimed) {
            if (!files.isTaken(match.file())) {
                all &= begin(match, files, nowNanos);
            }
        }
        return all;
    }

    /** What the last scan found and could not open. */
    List<Unopened> unopened() {
        return List.copyOf(unopened);
    }

    /** Where the open and the remembered generations are now. */
    private void locate(FileIndex files, Scan scan) {
        for (LogStream stream : streams.values()) {
            List<Generation> generations = stream.generations();
            for (int i = generations.size() - 1; i >= 0; i--) {
                Generation generation = generations.get(i);
                if (generation.place() == Generation.Place.UNKNOWN
                        || generation.ended() == End.REWRITTEN
                        || generation.ended() == End.VANISHED) {
                    continue;
                }
                Optional<ObservedFile> file =
                        files.find(generation.physical(), generation.path())
                                .filter(found -> holdsCommitted(generation, found));
                if (file.isPresent()) {
                    if (!files.isTaken(file.get())) {
                        files.take(file.get());
                        generation.found(file.get(), stream.livePath());
                    } else if (generation.onDisk()) {
                        // A later generation of the same physical file: this one was rewritten.
                        generation.lost();
                    }
                } else if (generation.onDisk() && isGone(generation, scan)) {
                    generation.lost();
                }
            }
        }
    }

    /** A listing is as old as the last change of its directory, and files grow without one. */
    private boolean holdsCommitted(Generation generation, ObservedFile listed) {
        long committed = generation.committedOffset();
        if (generation.tail() != null) {
            return true;
        }
        boolean large = listed.size() >= committed;
        if (large && !listed.physical().isCertainly(generation.physical())) {
            return generation.isProvenIn(listed);
        }
        return large
                || observer.observe(listed.path())
                        .filter(now -> now.physical().isSameFile(listed.physical()))
                        .filter(now -> now.size() >= committed)
                        .isPresent();
    }

    /** An open handle reads on whatever becomes of the name; without one two listings are asked. */
    private static boolean isGone(Generation generation, Scan scan) {
        Path directory = generation.path().getParent();
        boolean proven = directory != null && !scan.incomplete().contains(directory);
        if (generation.tail() != null) {
            return proven || directory == null || Files.notExists(directory);
        }
        return proven && generation.isAbsentAgain();
    }

    private boolean adopt(LogStream stream, FileIndex files, long nowNanos) {
        try {
            boolean all = true;
            for (ObservedFile file : MissedRotations.of(stream, files)) {
                all &= begin(stream, file, files, nowNanos);
            }
            return all;
        } catch (IOException e) {
            complain(stream.livePath(), e);
            return false;
        }
    }

    private boolean begin(Scan.Matched match, FileIndex files, long nowNanos) {
        Path path = match.file().path();
        if (scope.volume().isPresent() && !path.startsWith(scope.volume().get().root())) {
            if (complained.add(path)) {
                LOG.atWarn()
                        .addKeyValue("file", path)
                        .log("file is not on the volume of its source and is not shipped");
            }
            return true;
        }
        StreamKey key = StreamKey.of(scope, match.globs().source().name(), path);
        if (path.toString().indexOf(UNMAPPABLE) >= 0) {
            if (complained.add(path)) {
                LOG.atError()
                        .addKeyValue("file", path)
                        .log(
                                "file name cannot be expressed in this locale and would be mistaken"
                                    + " for others; it is not shipped, start with LC_ALL=C.UTF-8 or"
                                    + " rename it");
            }
            unopened.add(new Unopened(key, match.globs().source().topic(), path));
            return true;
        }
        LogStream known = streams.get(key.value());
        if (known != null) {
            boolean waiting =
                    known.generations().stream()
                            .anyMatch(g -> g.place() == Generation.Place.UNKNOWN);
            if (waiting) {
                unopened.add(
                        new Unopened(known.key(), known.target().topic(), match.file().path()));
                return false;
            }
            return begin(known, match.file(), files, nowNanos);
        }
        String topic = match.globs().source().topic();
        LogStream stream =
                new LogStream(
                        key,
                        path,
                        match.globs(),
                        StreamTarget.of(topic, topic(topic).partitions(), key));
        if (!begin(stream, match.file(), files, nowNanos)) {
            return false;
        }
        streams.put(key.value(), stream);
        return true;
    }

    private boolean begin(LogStream stream, ObservedFile file, FileIndex files, long nowNanos) {
        try {
            Generation generation = Generation.begin(file, stream.newestId(), nowNanos);
            if (!observer.isStill(file)) {
                generation.closeHandle();
                return notOpened(stream, file);
            }
            generation.found(file, stream.livePath());
            generation.quietSince(file.modified(), clock.instant(), nowNanos);
            files.take(file);
            stream.add(generation);
            complained.remove(file.path());
            return true;
        } catch (NoSuchFileException renamedMeanwhile) {
            return notOpened(stream, file);
        } catch (IOException e) {
            complain(file.path(), e);
            return notOpened(stream, file);
        }
    }

    private boolean notOpened(LogStream stream, ObservedFile file) {
        unopened.add(new Unopened(stream.key(), stream.target().topic(), file.path()));
        return false;
    }

    private void complain(Path file, IOException e) {
        if (complained.add(file)) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("file cannot be read; it is tried again at every scan");
        }
    }

    /**
     * Generations that are over may still grow, when a process kept its handle over the rotation:
     * then they go on. Handles are given back after a while, the files stay watched.
     */
    void lookAfterEnded(long nowNanos) {
        deleted.look(streams.values(), nowNanos);
        for (LogStream stream : streams.values()) {
            for (Generation generation : stream.generations()) {
                if (generation.ended() != null) {
                    try {
                        lookAfterEnded(stream, generation, nowNanos);
                    } catch (IOException e) {
                        complain(generation.path(), e);
                    }
                }
            }
        }
    }

    private void lookAfterEnded(LogStream stream, Generation generation, long nowNanos)
            throws IOException {
        FileTail tail = generation.tail();
        boolean rewritten = generation.ended() == End.REWRITTEN;
        if (tail != null) {
            if (tail.dirty()) {
                return;
            }
            if (!rewritten && tail.hasNews() && tail.size() > tail.committed().offset()) {
                generation.reopen(nowNanos);
                stream.touch();
            } else if (rewritten
                    || (generation.quiet(nowNanos).compareTo(LINGER) > 0
                            && !deleted.isKept(generation, nowNanos))) {
                generation.closeHandle();
                generation.changed(nowNanos);
            }
            return;
        }
        boolean due = generation.quiet(nowNanos).compareTo(LOOK_AGAIN) > 0;
        if (rewritten || !due || !generation.onDisk()) {
            return;
        }
        generation.changed(nowNanos);
        Optional<ObservedFile> file =
                observer.observe(generation.path())
                        .filter(now -> now.physical().isSameFile(generation.physical()));
        GenerationCheckpoint record = generation.record();
        if (file.isPresent()
                && record != null
                && file.get().size() > generation.committedOffset()) {
            Optional<Frontier> place = FrontierFinder.find(file.get().path(), record);
            if (place.isPresent()) {
                generation.open(file.get().path(), place.get());
                if (!observer.isStill(file.get())) {
                    generation.closeHandle();
                    return;
                }
                generation.reopen(nowNanos);
                stream.touch();
            }
        }
    }

    void rollback() {
        streams.values().forEach(LogStream::rollback);
    }

    void close() {
        streams.values().stream()
                .flatMap(stream -> stream.generations().stream())
                .forEach(Generation::closeHandle);
    }
}

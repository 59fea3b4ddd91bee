package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.Topics.Topic;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.Inflaters;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every stream of an origin, and which file belongs to which. A scan is folded in so: known
 * generations are found again first, wherever they were renamed to; then files that were created
 * and rotated away between two looks are adopted; what is left and matches a glob is a new
 * generation of the stream of its path.
 */
final class StreamBook {

    private static final Logger LOG = LoggerFactory.getLogger(StreamBook.class);

    private final StreamScope scope;
    private final List<GlobSet> globs;
    private final Reattachment reattachment;
    private final GzipFiles gzipFiles;
    private final GzipRotations gzipRotations;
    private final NewFiles newFiles;
    private final EndedFiles endedFiles;
    private final Handles handles;
    private final ParkedFiles parked;
    private final Complaints complaints;
    private final Map<String, LogStream> streams = new LinkedHashMap<>();
    private final StreamChanges changes = new StreamChanges();
    private final StreamChanges.Since sinceDirectories = changes.since();
    private final FileDirectories directories = new FileDirectories();
    private Map<String, Topic> topics;
    private long settled;
    private List<Unopened> closed = List.of();

    /** Had a name before this scan and have none in it; another scan decides. */
    private final Set<Generation> missing = new HashSet<>();

    StreamBook(
            ShipperConfig config,
            List<GlobSet> globs,
            Map<String, Topic> topics,
            FileObserver observer,
            InstantSource clock,
            Handles handles,
            OpenWriters writers) {
        this.scope = config.scope();
        this.globs = globs;
        this.topics = topics;
        this.handles = handles;
        Inflaters inflaters = new Inflaters();
        this.complaints = new Complaints();
        this.gzipFiles = new GzipFiles(observer, clock);
        this.reattachment =
                new Reattachment(observer, clock, complaints, gzipFiles, inflaters, handles);
        this.gzipRotations = new GzipRotations(gzipFiles, observer, inflaters, complaints);
        this.newFiles =
                new NewFiles(
                        scope,
                        observer,
                        clock,
                        complaints,
                        gzipFiles,
                        inflaters,
                        handles,
                        this::topic,
                        changes);
        this.endedFiles =
                new EndedFiles(
                        observer, complaints, gzipFiles, inflaters, handles, writers, changes);
        this.parked = new ParkedFiles(observer, clock, handles);
    }

    /** Takes over what checkpoints tell of the sources that are configured. */
    void restore(OriginCheckpoints checkpoints) {
        restore(checkpoints.streams().values(), checkpoints.archived());
    }

    void restore(
            Collection<StreamCheckpoint> checkpoints,
            Map<String, List<GenerationCheckpoint>> archived) {
        for (StreamCheckpoint checkpoint : checkpoints) {
            for (GlobSet set : globs) {
                boolean ours =
                        set.source().name().equals(checkpoint.source())
                                && set.source().topic().equals(checkpoint.topic());
                if (ours) {
                    restore(checkpoint, archived.getOrDefault(checkpoint.stream(), List.of()), set);
                    break;
                }
            }
        }
    }

    private void restore(
            StreamCheckpoint checkpoint, List<GenerationCheckpoint> archived, GlobSet set) {
        try {
            LogStream stream =
                    LogStream.known(
                            checkpoint, archived, livePath(checkpoint, set), set, scope, changes);
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
    private Path livePath(StreamCheckpoint checkpoint, GlobSet set) {
        if (set.source().spool() != null) {
            return set.source().spool().live();
        }
        String path = checkpoint.stream();
        for (int part = 0; part < 4; part++) {
            path = path.substring(path.indexOf('/') + 1);
        }
        String prefix = scope.volume().map(volume -> volume.id() + ":").orElse("");
        return StreamKey.absolute(
                scope, path.startsWith(prefix) ? path.substring(prefix.length()) : path);
    }

    /** Topics may have been created anew, with other partitions. */
    void topics(Map<String, Topic> usable) {
        Map<String, Topic> now = new HashMap<>(topics);
        now.putAll(usable);
        topics = now;
        streams.values().forEach(stream -> stream.fit(topic(stream.target().topic())));
        changes.everything();
    }

    Topic topic(String name) {
        return topics.getOrDefault(name, Topic.UNSEEN);
    }

    Collection<LogStream> streams() {
        return streams.values();
    }

    /** Which of them changed. */
    StreamChanges changes() {
        return changes;
    }

    /** Directories of all files that are still to be watched under whatever name. */
    Set<Path> directories() {
        if (sinceDirectories.isAnything()) {
            directories.look(sinceDirectories.take(streams.values()));
        }
        return directories.all();
    }

    /**
     * Folds a scan in.
     *
     * @return false when a file could not be opened and the next scan must look again
     */
    boolean integrate(Scan scan, long nowNanos) {
        if (scan.number() == settled && !gzipFiles.changed() && !endedFiles.sawRewrite()) {
            return true;
        }
        settled = 0;
        changes.everything();
        FileIndex files = new FileIndex(scan);
        List<Unopened> before = closed;
        closed = closed(scan, scope, complaints);
        before.stream()
                .filter(each -> !closed.contains(each))
                .forEach(each -> complaints.settled(each.path()));
        newFiles.begin();
        gzipFiles.begin(files.paths());
        boolean all = locate(files, scan, nowNanos);
        Reattachment.Outcome outcome = reattachment.attach(streams.values(), files, nowNanos);
        Set<Generation> notHere = outcome.notIn(scan);
        all &=
                gzipRotations.attach(
                        streams.values(),
                        files,
                        scan,
                        notHere::contains,
                        missing::contains,
                        nowNanos);
        all &= reattachment.settle(outcome, scan, gzipRotations::isWaitedFor, nowNanos);
        List<Scan.Matched> unclaimed =
                new ArrayList<>(
                        scan.matches().stream()
                                .filter(match -> !files.isTaken(match.file()))
                                .toList());
        for (LogStream stream : streams.values()) {
            all &= newFiles.adopt(stream, files, gzipRotations, notHere::contains, nowNanos);
        }
        unclaimed.sort(
                Comparator.comparing((Scan.Matched match) -> MissedRotations.age(match.file()))
                        .thenComparing(match -> match.file().modified()));
        for (Scan.Matched match : unclaimed) {
            if (!files.isTaken(match.file())) {
                all &=
                        newFiles.begin(
                                match,
                                streams,
                                gzipRotations,
                                notHere::contains,
                                missing::contains,
                                files,
                                nowNanos);
            }
        }
        all &= closed.isEmpty();
        if (all) {
            settled = scan.number();
        }
        return all;
    }

    /** What the last scan found and could not open: files, and directories. */
    List<Unopened> unopened() {
        return closed.isEmpty()
                ? newFiles.unopened()
                : Stream.concat(newFiles.unopened().stream(), closed.stream()).toList();
    }

    /** A directory that cannot be read may hold anything. */
    private static List<Unopened> closed(Scan scan, StreamScope scope, Complaints complaints) {
        List<Unopened> closed = new ArrayList<>();
        scan.closed()
                .forEach((directory, globs) -> {
                    boolean ours =
                            scope.volume().isEmpty()
                                    || directory.startsWith(scope.volume().get().root());
                    if (ours) {
                        complaints.closed(directory);
                        SourceConfig source = globs.source();
                        closed.add(
                                new Unopened(
                                        StreamKey.of(scope, source, directory),
                                        source.topic(),
                                        directory));
                    }
                });
        return closed;
    }

    /** Where the open and the remembered generations are now. */
    private boolean locate(FileIndex files, Scan scan, long nowNanos) {
        boolean all = true;
        missing.clear();
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
                                .filter(found -> endedFiles.holdsCommitted(generation, found));
                if (file.isPresent()) {
                    if (!files.isTaken(file.get())) {
                        files.take(file.get());
                        generation.found(file.get(), stream.livePath(), nowNanos);
                    } else if (generation.onDisk()) {
                        // A later generation of the same physical file: this one was rewritten.
                        generation.lost(nowNanos);
                    }
                } else if (generation.onDisk()) {
                    all &= lost(generation, scan, nowNanos);
                    if (generation.onDisk()) {
                        missing.add(generation);
                    }
                }
            }
        }
        return all;
    }

    /**
     * An open handle reads on whatever becomes of the name; without one two listings are asked.
     *
     * @return false when another look must decide
     */
    private static boolean lost(Generation generation, Scan scan, long nowNanos) {
        Path directory = generation.path().getParent();
        boolean proven = directory != null && !scan.incomplete().contains(directory);
        if (generation.tail() != null) {
            if (proven || directory == null || Files.notExists(directory)) {
                generation.lost(nowNanos);
            }
            return true;
        }
        if (!proven || !generation.isAbsentAgain()) {
            return false;
        }
        if (generation.isParked()) {
            generation.seek(nowNanos);
        } else {
            generation.lost(nowNanos);
        }
        return true;
    }

    /** Looks whether generations that are over have grown. */
    void lookAfterEnded(long nowNanos) {
        endedFiles.look(streams.values(), nowNanos);
        changes.looked(nowNanos);
    }

    /** Looks at every generation that is over: before anything is said to be read to its end. */
    void lookAtAllEnded(long nowNanos) {
        endedFiles.lookAtAll(streams.values(), nowNanos);
    }

    /** Grows whenever more of a compressed file has been read through. */
    long probed() {
        return gzipFiles.progress();
    }

    ParkedFiles parked() {
        return parked;
    }

    /** Whether more handles are open than there should be, until the next commit. */
    boolean isFull() {
        return handles.isFull();
    }

    void rollback() {
        streams.values().forEach(LogStream::rollback);
    }

    void close() {
        gzipFiles.close();
        streams.values().stream()
                .flatMap(stream -> stream.generations().stream())
                .forEach(Generation::closeHandle);
    }
}

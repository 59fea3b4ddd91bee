package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.EvidenceMatcher;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.Match;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds the generations that checkpoints tell of again among the files that are there: by physical
 * identity, and where that changed (a volume restored elsewhere) by content.
 */
final class Reattachment {

    private static final Logger LOG = LoggerFactory.getLogger(Reattachment.class);

    private final FileObserver observer;
    private final InstantSource clock;

    Reattachment(FileObserver observer, InstantSource clock) {
        this.observer = observer;
        this.clock = clock;
    }

    /** Looks for every generation of a stream that was not found yet, newest first. */
    void attach(LogStream stream, FileIndex files, Scan scan, long nowNanos) throws IOException {
        var generations = stream.generations();
        for (int i = generations.size() - 1; i >= 0; i--) {
            Generation generation = generations.get(i);
            if (generation.place() == Generation.Place.UNKNOWN) {
                attach(stream, generation, files, scan, nowNanos);
            }
        }
    }

    private void attach(
            LogStream stream, Generation generation, FileIndex files, Scan scan, long nowNanos)
            throws IOException {
        GenerationCheckpoint record = generation.record();
        Path directory = generation.path().getParent();
        if (record == null || directory == null) {
            return;
        }
        Optional<ObservedFile> physical =
                files.find(record.evidence().physical(), generation.path())
                        .filter(file -> !files.isTaken(file));
        if (physical.isPresent()) {
            found(stream, generation, record, physical.get(), files, nowNanos);
            return;
        }
        for (ObservedFile file : files.free(directory, generation.path())) {
            boolean elsewhere =
                    !file.physical().fileSystem().equals(record.evidence().physical().fileSystem());
            if (elsewhere && record.offset() > 0 && file.size() >= record.offset()) {
                Optional<Frontier> place = FrontierFinder.find(file.path(), record);
                if (EvidenceMatcher.match(record.evidence(), file.physical(), place.isPresent())
                        == Match.SAME) {
                    resume(stream, generation, record, file, place, files, nowNanos);
                    return;
                }
            }
        }
        if (!scan.incomplete().contains(directory)) {
            vanished(stream, generation, record);
        }
    }

    private void found(
            LogStream stream,
            Generation generation,
            GenerationCheckpoint record,
            ObservedFile file,
            FileIndex files,
            long nowNanos)
            throws IOException {
        if (record.ended() != null && file.size() == record.offset()) {
            files.take(file);
            generation.found(file, stream.livePath());
            return;
        }
        Optional<Frontier> place = FrontierFinder.find(file.path(), record);
        switch (EvidenceMatcher.match(record.evidence(), file.physical(), place.isPresent())) {
            case SAME -> resume(stream, generation, record, file, place, files, nowNanos);
            case REWRITTEN -> {
                if (record.ended() == null) {
                    LOG.atWarn()
                            .addKeyValue("file", file.path())
                            .addKeyValue("fileId", generation.fileId())
                            .addKeyValue("committed", record.offset())
                            .log(
                                    "file was truncated or written anew while nobody shipped it;"
                                            + " bytes after the committed offset are lost");
                    generation.end(End.REWRITTEN);
                    stream.touch();
                }
                generation.lost();
            }
            case OTHER -> vanished(stream, generation, record);
        }
    }

    private void resume(
            LogStream stream,
            Generation generation,
            GenerationCheckpoint record,
            ObservedFile file,
            Optional<Frontier> place,
            FileIndex files,
            long nowNanos)
            throws IOException {
        boolean goesOn =
                record.ended() == null
                        || (record.ended() != End.REWRITTEN && file.size() > record.offset());
        if (goesOn && place.isPresent()) {
            generation.open(file.path(), place.get());
            boolean still =
                    observer.observe(file.path())
                            .filter(now -> now.physical().isSameFile(file.physical()))
                            .isPresent();
            if (!still) {
                generation.closeHandle();
                throw new IOException("renamed while it was opened");
            }
            if (record.ended() != null) {
                generation.reopen(nowNanos);
                stream.touch();
            }
            generation.quietSince(file.modified(), clock.instant(), nowNanos);
        }
        files.take(file);
        generation.found(file, stream.livePath());
    }

    private static void vanished(
            LogStream stream, Generation generation, GenerationCheckpoint record) {
        generation.lost();
        if (record.ended() == null) {
            LOG.atWarn()
                    .addKeyValue("file", generation.path())
                    .addKeyValue("fileId", generation.fileId())
                    .addKeyValue("committed", record.offset())
                    .addKeyValue("sizeSeen", record.size())
                    .log("file is gone; what was written to it after the committed offset is lost");
            generation.end(End.VANISHED);
            stream.touch();
        }
    }
}

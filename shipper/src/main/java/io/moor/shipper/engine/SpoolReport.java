package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells whoever writes spools how far their files are committed. */
final class SpoolReport {

    private final StreamBook book;
    private final SpoolProgress progress;

    SpoolReport(StreamBook book, SpoolProgress progress) {
        this.book = book;
        this.progress = progress;
    }

    void tell() {
        if (progress.equals(SpoolProgress.NONE)) {
            return;
        }
        Map<String, List<SpoolProgress.SpoolFile>> files = new HashMap<>();
        for (LogStream stream : book.streams()) {
            SourceConfig source = stream.globs().source();
            if (source.spool() != null) {
                files.computeIfAbsent(source.name(), _ -> new ArrayList<>()).addAll(files(stream));
            }
        }
        files.forEach(progress::told);
    }

    void ended(DrainReport report) {
        tell();
        progress.ended(report.complete());
    }

    private static List<SpoolProgress.SpoolFile> files(LogStream stream) {
        List<SpoolProgress.SpoolFile> files = new ArrayList<>();
        for (Generation generation : stream.generations()) {
            if (generation.onDisk() && generation.ended() != End.REWRITTEN) {
                files.add(
                        new SpoolProgress.SpoolFile(
                                generation.path(),
                                generation.physical(),
                                generation.committedOffset()));
            }
        }
        return files;
    }
}

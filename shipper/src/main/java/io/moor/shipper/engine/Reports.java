package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.tail.FileTail;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a shipper tells in the end. */
final class Reports {

    private Reports() {}

    /**
     * @param verified keys of the streams whose seal was read back
     */
    static DrainReport drain(
            Origin origin, StreamBook book, Set<String> verified, DrainReport.End end) {
        // Sizes first: what is written from here on is either told below, or more than these sizes.
        List<DrainReport.SeenFile> seen = files(book);
        Map<String, List<Unopened>> unopened =
                book.unopened().stream().collect(Collectors.groupingBy(each -> each.key().value()));
        List<DrainReport.StreamReport> reports = new ArrayList<>();
        for (LogStream stream : book.streams()) {
            String key = stream.key().value();
            List<Unopened> failed = unopened.getOrDefault(key, List.of());
            unopened.remove(key);
            List<DrainReport.Unshipped> left = unshipped(stream);
            failed.forEach(each -> left.add(unshipped(each)));
            reports.add(
                    new DrainReport.StreamReport(
                            key,
                            stream.target().topic(),
                            stream.committedLines(),
                            stream.committedBytes(),
                            stream.isSealed() && stream.isRead() && failed.isEmpty(),
                            verified.contains(key),
                            left));
        }
        unopened.forEach((key, files) -> reports.add(neverBegun(key, files)));
        return new DrainReport(origin, reports, end, seen);
    }

    private static List<DrainReport.SeenFile> files(StreamBook book) {
        List<DrainReport.SeenFile> files = new ArrayList<>();
        for (LogStream stream : book.streams()) {
            for (Generation generation : stream.generations()) {
                if (generation.onDisk()) {
                    files.add(
                            new DrainReport.SeenFile(
                                    stream.key().value(),
                                    stream.target().topic(),
                                    generation.path(),
                                    generation.fileId(),
                                    generation.physical(),
                                    accountedFor(generation)));
                }
            }
        }
        return files;
    }

    /**
     * An open or parked file is looked at when the report is made, another one only now and then.
     */
    private static long accountedFor(Generation generation) {
        try {
            boolean packed = WrittenSince.isPacked(generation.path());
            return generation.tail() != null || generation.isParked() || packed
                    ? Files.size(generation.path())
                    : generation.committedOffset();
        } catch (IOException gone) {
            return generation.committedOffset();
        }
    }

    private static DrainReport.StreamReport neverBegun(String key, List<Unopened> files) {
        return new DrainReport.StreamReport(
                key,
                files.getFirst().topic(),
                0,
                0,
                false,
                false,
                files.stream().map(Reports::unshipped).toList());
    }

    private static DrainReport.Unshipped unshipped(Unopened file) {
        // Ranges of compressed files are of decompressed bytes, and how many those are is not
        // known.
        long end = WrittenSince.isPacked(file.path()) ? 0 : file.size();
        return new DrainReport.Unshipped(
                file.path().toString(), DrainReport.Unshipped.NO_ID, 0, end);
    }

    private static List<DrainReport.Unshipped> unshipped(LogStream stream) {
        List<DrainReport.Unshipped> ranges = new ArrayList<>();
        for (Generation generation : stream.generations()) {
            long end = end(generation);
            if (end > generation.committedOffset()) {
                ranges.add(
                        new DrainReport.Unshipped(
                                generation.path().toString(),
                                generation.fileId(),
                                generation.committedOffset(),
                                end));
            }
        }
        return ranges;
    }

    /** Up to where a generation has bytes, or had: what was lost is not shipped either. */
    private static long end(Generation generation) {
        if (generation.ended() == End.REWRITTEN || generation.ended() == End.VANISHED) {
            return generation.lostEnd();
        }
        FileTail tail = generation.tail();
        if (tail != null) {
            look(tail);
            return tail.size();
        }
        boolean unknown = generation.place() == Generation.Place.UNKNOWN && !generation.isEnded();
        if (!unknown && !generation.isParked()) {
            return 0;
        }
        if (generation.isCompressed()) {
            // What the file system tells is not its decompressed size.
            return generation.sizeSeen();
        }
        try {
            return Math.max(generation.sizeSeen(), Files.size(generation.path()));
        } catch (IOException unreadable) {
            return generation.sizeSeen();
        }
    }

    private static void look(FileTail tail) {
        try {
            tail.hasNews();
        } catch (IOException e) {
            // The size seen last is the best there is.
        }
    }
}

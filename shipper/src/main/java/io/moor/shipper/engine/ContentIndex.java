package io.moor.shipper.engine;

import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Files of one scan by their first bytes, so that thousands of generations can be looked for among
 * thousands of files with one read of each file.
 */
final class ContentIndex {

    private final FileIndex files;
    private final Map<Path, byte[]> heads = new HashMap<>();
    private final Map<Prefix, Map<String, List<ObservedFile>>> byHash = new HashMap<>();

    ContentIndex(FileIndex files) {
        this.files = files;
    }

    private record Prefix(Path directory, int length) {}

    /** Free files of a directory whose first bytes are those of the evidence. */
    List<ObservedFile> beginningLike(ContentEvidence content, Path directory) throws IOException {
        if (content.length() == 0) {
            return List.of();
        }
        Prefix prefix = new Prefix(directory, content.prefixLength());
        Map<String, List<ObservedFile>> same = byHash.get(prefix);
        if (same == null) {
            same = index(prefix);
            byHash.put(prefix, same);
        }
        return same.getOrDefault(content.prefixHash(), List.of());
    }

    private Map<String, List<ObservedFile>> index(Prefix prefix) throws IOException {
        Map<ObservedFile, String> hashes = new HashMap<>();
        for (ObservedFile file : files.free(prefix.directory(), prefix.directory())) {
            byte[] head = head(file);
            if (head.length >= prefix.length()) {
                hashes.put(file, ContentHash.of(head, 0, prefix.length()));
            }
        }
        return hashes.keySet().stream()
                .sorted(java.util.Comparator.comparing(ObservedFile::path))
                .collect(Collectors.groupingBy(hashOf(hashes)));
    }

    private static Function<ObservedFile, String> hashOf(Map<ObservedFile, String> hashes) {
        return file -> hashes.getOrDefault(file, "");
    }

    private byte[] head(ObservedFile file) throws IOException {
        byte[] known = heads.get(file.path());
        if (known == null) {
            known = FrontierFinder.head(file.path(), Frontier.PREFIX_BYTES);
            heads.put(file.path(), known);
        }
        return known;
    }
}

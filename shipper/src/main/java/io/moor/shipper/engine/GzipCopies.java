package io.moor.shipper.engine;

import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.FileTail;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.GzipProbe.Result;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Whether a compressed file that begins with the committed bytes of a generation is a copy of its
 * file, which is still there, or another file that begins alike, as those with a header do: a copy
 * ends with the bytes that the file has at that place.
 */
final class GzipCopies {

    private final GzipFiles files;

    GzipCopies(GzipFiles files) {
        this.files = files;
    }

    /** What the compressed file is to the generation. */
    enum Kind {
        /** All of it is in the file of the generation. */
        COPY,
        /** It has bytes that the file of the generation does not have. */
        OTHER,
        /** The file of the generation does not show its bytes now; another look decides. */
        UNKNOWN
    }

    /**
     * @param whole the compressed file
     * @throws IOException when the file of the generation cannot be read
     */
    Kind look(Result.Whole whole, Generation generation, FileIndex index) throws IOException {
        return generation.isCompressed()
                ? packed(whole, generation, index)
                : plain(whole, generation);
    }

    private Kind packed(Result.Whole whole, Generation generation, FileIndex index)
            throws IOException {
        Optional<ObservedFile> own = index.find(generation.physical(), generation.path());
        if (own.isEmpty()) {
            return Kind.UNKNOWN;
        }
        return switch (files.look(own.get(), List.of(generation))) {
            case Result.Pending _ -> Kind.UNKNOWN;
            case Result.Incomplete _, Result.Damaged _ -> Kind.OTHER;
            case Result.Whole(long length, var _, var endHash) ->
                    length == whole.length() && endHash.equals(whole.endHash())
                            ? Kind.COPY
                            : Kind.OTHER;
        };
    }

    private static Kind plain(Result.Whole whole, Generation generation) throws IOException {
        // Truncated, and its reader has not noticed yet: it may be a copy made before that.
        boolean there =
                generation.tail() != null
                        ? generation.holdsItsBytes()
                        : FrontierFinder.find(generation.path(), generation.committed())
                                .isPresent();
        if (!there) {
            return Kind.UNKNOWN;
        }
        int count = (int) Math.min(whole.length(), Frontier.GUARD_BYTES);
        long from = whole.length() - count;
        FileTail tail = generation.tail();
        byte[] end =
                tail != null
                        ? tail.bytes(from, count)
                        : FrontierFinder.bytes(generation.path(), from, count);
        boolean same = end.length == count && ContentHash.of(end, 0, count).equals(whole.endHash());
        return same ? Kind.COPY : Kind.OTHER;
    }
}

package io.moor.shipper.identity;

/**
 * What the committed bytes of a generation looked like; of one of which nothing is committed, the
 * first bytes that were seen.
 *
 * @param offset committed offset
 * @param prefixLength bytes hashed at the head of the file, at most the offset unless that is 0
 * @param prefixHash their hash
 * @param frontierLength bytes hashed directly before the offset
 * @param frontierHash their hash
 */
public record ContentEvidence(
        long offset, int prefixLength, String prefixHash, int frontierLength, String frontierHash) {

    /** Bytes that a file must have to be the one. */
    public long length() {
        return Math.max(offset, prefixLength);
    }

    public ContentEvidence {
        if (offset < 0
                || prefixLength < 0
                || (offset > 0 && prefixLength > offset)
                || frontierLength < 0
                || frontierLength > offset) {
            throw new IllegalArgumentException("evidence reaches beyond the offset " + offset);
        }
    }
}

package io.moor.shipper.identity;

/**
 * What the committed bytes of a generation looked like.
 *
 * @param offset committed offset
 * @param prefixLength bytes hashed at the head of the file
 * @param prefixHash their hash
 * @param frontierLength bytes hashed directly before the offset
 * @param frontierHash their hash
 */
public record ContentEvidence(
        long offset, int prefixLength, String prefixHash, int frontierLength, String frontierHash) {

    public ContentEvidence {
        if (offset < 0
                || prefixLength < 0
                || prefixLength > offset
                || frontierLength < 0
                || frontierLength > offset) {
            throw new IllegalArgumentException("evidence reaches beyond the offset " + offset);
        }
    }
}

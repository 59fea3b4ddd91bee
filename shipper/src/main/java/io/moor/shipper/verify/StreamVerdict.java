package io.moor.shipper.verify;

/**
 * What the topic proves about one stream.
 *
 * @param stream the record key
 * @param topic the data topic
 * @param partition where its records are
 * @param lines records
 * @param bytes bytes in records, line ends included
 * @param skipped bytes that were left out on purpose
 * @param sealed whether its last checkpoint is a seal
 * @param missing bytes below the committed offsets that are in no record and no skipped range
 * @param doubled bytes that are in two
 * @param expired bytes whose records retention has deleted
 * @param reordered records that come before the place where they belong
 * @param damaged generations whose content is not what was shipped
 * @param broken records of Moor that cannot be understood: no key, no value, or a header {@code
 *     moor.span} or {@code moor.skipped} that says nothing. What they stood for is missing
 */
public record StreamVerdict(
        String stream,
        String topic,
        int partition,
        long lines,
        long bytes,
        long skipped,
        boolean sealed,
        long missing,
        long doubled,
        long expired,
        long reordered,
        long damaged,
        long broken) {

    /** Whether every byte is there once, understood, with the content that was read. */
    public boolean holds() {
        return missing == 0 && doubled == 0 && damaged == 0 && broken == 0;
    }
}

package io.moor.shipper.verify;

import java.util.List;

/**
 * What a topic proves.
 *
 * @param streams one verdict per stream, in order of the keys
 * @param foreign records without any header of Moor, which Moor did not write
 */
public record TopicVerdict(List<StreamVerdict> streams, long foreign) {

    public TopicVerdict {
        streams = List.copyOf(streams);
    }

    /** Whether nothing is missing, doubled, damaged or broken. */
    public boolean holds() {
        return streams.stream().allMatch(StreamVerdict::holds);
    }
}

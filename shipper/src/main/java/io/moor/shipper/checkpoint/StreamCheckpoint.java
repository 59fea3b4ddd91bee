package io.moor.shipper.checkpoint;

import java.util.List;

/**
 * How far a stream is committed: the value of one record in {@code moor.checkpoints}.
 *
 * @param origin whose stream
 * @param stream the record key of its lines
 * @param topic where its lines are
 * @param partition of that topic
 * @param source name of the source
 * @param ownerEpoch epoch of the shipper that wrote it
 * @param sealed whether this is the seal: nothing follows
 * @param earlier sums over the generations that are not listed any more
 * @param generations oldest first; the last one is the newest
 */
public record StreamCheckpoint(
        String origin,
        String stream,
        String topic,
        int partition,
        String source,
        long ownerEpoch,
        boolean sealed,
        Totals earlier,
        List<GenerationCheckpoint> generations) {

    public StreamCheckpoint {
        generations = List.copyOf(generations);
    }

    /** Records over the whole life of the stream. */
    public long lines() {
        return earlier.lines() + generations.stream().mapToLong(GenerationCheckpoint::lines).sum();
    }

    /** Bytes in records over the whole life of the stream. */
    public long bytes() {
        return earlier.bytes() + generations.stream().mapToLong(GenerationCheckpoint::bytes).sum();
    }

    /** Bytes that were on disk but not committed when this was written. */
    public long behind() {
        return generations.stream()
                .filter(generation -> generation.ended() == null)
                .mapToLong(generation -> Math.max(0, generation.size() - generation.offset()))
                .sum();
    }

    /**
     * Sums.
     *
     * @param generations how many
     * @param lines records
     * @param bytes bytes in records
     */
    public record Totals(long generations, long lines, long bytes) {

        public static final Totals NONE = new Totals(0, 0, 0);

        public Totals plus(GenerationCheckpoint generation) {
            return new Totals(
                    generations + 1, lines + generation.lines(), bytes + generation.bytes());
        }

        public Totals minus(GenerationCheckpoint generation) {
            return new Totals(
                    generations - 1, lines - generation.lines(), bytes - generation.bytes());
        }
    }
}

package io.moor.shipper.checkpoint;

/**
 * A generation that the checkpoint of its stream does not list any more, because there are many: a
 * record of its own, written once, and removed when its file is gone. The sums in the stream's
 * checkpoint include it.
 *
 * @param stream key of the stream
 * @param generation as it was committed last
 */
public record ArchivedGeneration(String stream, GenerationCheckpoint generation) {}

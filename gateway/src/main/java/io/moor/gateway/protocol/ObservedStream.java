package io.moor.gateway.protocol;

/**
 * @param stream the record key
 * @param topic the data topic
 * @param committedLines records committed over the life of the stream
 * @param committedBytes bytes committed over the life of the stream
 * @param behindBytes bytes in known files that are not committed yet
 */
public record ObservedStream(
        String stream, String topic, long committedLines, long committedBytes, long behindBytes) {}

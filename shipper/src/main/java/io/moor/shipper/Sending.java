package io.moor.shipper;

import java.util.Map;
import java.util.TreeMap;

/**
 * How the records of a source are sent.
 *
 * @param headers of every record, beside Moor's own
 * @param bytesPerSecond how fast files are read; 0 for no limit. Lines wait in their files, none is
 *     dropped, and a drain does not wait
 */
public record Sending(Map<String, String> headers, long bytesPerSecond) {

    /** Nothing but Moor's own headers, as fast as it goes. */
    public static final Sending PLAIN = new Sending(Map.of(), 0);

    private static final int MOST_HEADERS = 32;
    private static final int LONGEST = 1024;

    public Sending {
        headers = Map.copyOf(headers);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("'rate-limit' is not negative");
        }
        if (headers.size() > MOST_HEADERS) {
            throw new IllegalArgumentException(
                    "'headers' are at most " + MOST_HEADERS + ", not " + headers.size());
        }
        for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
            if (header.getKey().isEmpty() || header.getKey().startsWith("moor.")) {
                throw new IllegalArgumentException(
                        "'"
                                + header.getKey()
                                + "' is no name for a header of yours; moor.* are ours");
            }
            if (header.getKey().length() + header.getValue().length() > LONGEST) {
                throw new IllegalArgumentException(
                        "the header '" + header.getKey() + "' is longer than " + LONGEST);
            }
        }
    }
}

package io.moor.gateway.sidecar;

import io.moor.shipper.SourceConfig;
import io.moor.shipper.config.ByteSize;
import io.moor.shipper.config.Default;

import java.util.List;

/**
 * One entry of {@code logs:}. The keys {@code input}, {@code format}, {@code multiline} and {@code
 * encoding} take only their defaults so far: anything else would be misunderstood silently.
 *
 * @param name name of the source, part of the key of its streams
 * @param files globs of absolute paths
 * @param exclude globs of paths or file names that are left out
 * @param topic data topic
 * @param maxLine longest value of a record
 * @param oversized what becomes of longer lines
 */
public record LogConfig(
        String name,
        List<String> files,
        @Default("[]") List<String> exclude,
        String topic,
        @Default("1MiB") ByteSize maxLine,
        @Default("split") SourceConfig.Oversized oversized,
        @Default("plain") String input,
        @Default("raw") String format,
        @Default("none") String multiline,
        @Default("UTF-8") String encoding) {

    public LogConfig {
        requireOnly("input", input, "plain");
        requireOnly("format", format, "raw");
        requireOnly("multiline", multiline, "none");
        requireOnly("encoding", encoding, "UTF-8");
        if (name.isEmpty() || topic.isEmpty() || files.isEmpty()) {
            throw new IllegalArgumentException(
                    "an entry of 'logs' needs a name, a topic and at least one of files");
        }
        for (var glob : files) {
            if (!glob.startsWith("/")) {
                throw new IllegalArgumentException(
                        "'" + glob + "' in 'files' is not an absolute path; begin it with /");
            }
        }
        if (maxLine.bytes() < 1 || maxLine.bytes() > 64L << 20) {
            throw new IllegalArgumentException("'max-line' is 1 byte to 64MiB, not " + maxLine);
        }
    }

    private static void requireOnly(String key, String value, String known) {
        if (!value.equals(known)) {
            throw new IllegalArgumentException(
                    "'"
                            + key
                            + ": "
                            + value
                            + "' is not known to this version; it takes only '"
                            + known
                            + "'");
        }
    }
}

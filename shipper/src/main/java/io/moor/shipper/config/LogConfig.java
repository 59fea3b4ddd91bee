package io.moor.shipper.config;

import io.moor.shipper.Sending;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.TopicTemplate;
import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.shape.EventTime;
import io.moor.shipper.shape.Parse;
import io.moor.shipper.shape.Rule;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.spool.Journal;
import io.moor.shipper.spool.SpoolConfig;

import org.jspecify.annotations.Nullable;

import java.nio.file.FileSystems;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * One entry of {@code logs:}.
 *
 * @param name name of the source, part of the key of its streams
 * @param files globs of absolute paths
 * @param exclude globs of paths or file names that are left out
 * @param topic data topic, or a {@link TopicTemplate}
 * @param maxLine longest value of a record
 * @param oversized what becomes of longer lines
 * @param input how lines are framed in the files
 * @param format what the record's value is
 * @param multiline how lines are joined to events
 * @param encoding of the files
 * @param parse how fields are found
 * @param time which field tells when an event happened
 * @param timestamp what the timestamp of a record says
 * @param rules what becomes of events, in their order
 * @param headers of every record, beside Moor's own
 * @param rateLimit how fast files are read, in bytes a second
 * @param journal what of systemd's journal, with {@code input: journal}
 * @param spoolMax how much is kept of what is read from it and not shipped yet
 */
public record LogConfig(
        String name,
        @Default("[]") List<String> files,
        @Default("[]") List<String> exclude,
        String topic,
        @Default("1MiB") ByteSize maxLine,
        @Default("split") SourceConfig.Oversized oversized,
        @Default("plain") Framing.Input input,
        @Default("raw") Shape.Form format,
        @Default("none") Multiline multiline,
        @Default("UTF-8") Encoding encoding,
        @Default("none") Parse parse,
        @Nullable TimeField time,
        @Default("read") Shape.Timestamp timestamp,
        @Default("[]") List<Rule> rules,
        @Default("{}") Map<String, String> headers,
        @Nullable ByteSize rateLimit,
        @Nullable Journal journal,
        @Nullable ByteSize spoolMax) {

    private static final long MAX_LINE_MOST = 64L << 20;
    private static final Set<String> OWN_TOPICS =
            Set.of(Topics.CHECKPOINTS, Topics.DEAD_LETTERS, "moor.events");

    public LogConfig {
        new Framing(input, encoding, multiline);
        shape(format, parse, time, timestamp, rules);
        sending(headers, rateLimit);
        SpoolConfig spool = spool(input, journal, spoolMax);
        if (spool != null && !(files.isEmpty() && exclude.isEmpty())) {
            throw new IllegalArgumentException(
                    "'input: journal' has no 'files' and no 'exclude'; take them away");
        }
        if (name.isEmpty() || topic.isEmpty() || (files.isEmpty() && spool == null)) {
            throw new IllegalArgumentException(
                    "an entry of 'logs' needs a name, a topic and at least one of files");
        }
        for (var glob : files) {
            if (!glob.startsWith("/")) {
                throw new IllegalArgumentException(
                        "'" + glob + "' in 'files' is not an absolute path; begin it with /");
            }
        }
        files.forEach(LogConfig::requireGlob);
        exclude.forEach(LogConfig::requireGlob);
        requireTopic(TopicTemplate.example(topic));
        maxLineBytes(maxLine);
    }

    /** The source with other globs: what lies on one origin. */
    public SourceConfig source(List<String> files, List<String> exclude) {
        return new SourceConfig(
                name,
                files,
                exclude,
                topic,
                maxLineBytes(maxLine),
                oversized,
                new Framing(input, encoding, multiline),
                shape(format, parse, time, timestamp, rules),
                sending(headers, rateLimit),
                spool(input, journal, spoolMax));
    }

    /** Whether it is no file but the instance's journal. */
    public boolean isJournal() {
        return input == Framing.Input.JOURNAL;
    }

    private static @Nullable SpoolConfig spool(
            Framing.Input input, @Nullable Journal journal, @Nullable ByteSize spoolMax) {
        if (input != Framing.Input.JOURNAL) {
            if (journal != null || spoolMax != null) {
                throw new IllegalArgumentException(
                        "'journal' and 'spool-max' need 'input: journal'; add it");
            }
            return null;
        }
        return new SpoolConfig(
                journal == null ? Journal.EVERYTHING : journal,
                spoolMax == null ? SpoolConfig.DEFAULT_BYTES : spoolMax.bytes());
    }

    private static Sending sending(Map<String, String> headers, @Nullable ByteSize rateLimit) {
        if (rateLimit != null && rateLimit.bytes() < 1) {
            throw new IllegalArgumentException(
                    "'rate-limit' is bytes a second, at least 1; leave it out for no limit");
        }
        return new Sending(headers, rateLimit == null ? 0 : rateLimit.bytes());
    }

    private static Shape shape(
            Shape.Form format,
            Parse parse,
            @Nullable TimeField time,
            Shape.Timestamp timestamp,
            List<Rule> rules) {
        return new Shape(format, parse, time == null ? null : time.eventTime(), timestamp, rules);
    }

    /**
     * Where an event tells its time.
     *
     * @param field its name
     * @param format {@code rfc3339}, {@code unix}, {@code unix-ms} or a pattern
     */
    public record TimeField(String field, @Default("rfc3339") String format) {

        public TimeField {
            new EventTime(field, format);
        }

        EventTime eventTime() {
            return new EventTime(field, format);
        }
    }

    /** The source as it is written. */
    public SourceConfig source() {
        return source(files, exclude);
    }

    /**
     * @throws IllegalArgumentException when two entries have one name
     */
    public static void requireUniqueNames(List<LogConfig> logs) {
        var seen = new HashSet<String>();
        for (var log : logs) {
            if (!seen.add(log.name())) {
                throw new IllegalArgumentException(
                        "two entries of 'logs' are called '" + log.name() + "'; rename one");
            }
        }
    }

    /**
     * A limit for lines, in bytes.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    public static int maxLineBytes(ByteSize maxLine) {
        if (maxLine.bytes() < 1 || maxLine.bytes() > MAX_LINE_MOST) {
            throw new IllegalArgumentException("'max-line' is 1 byte to 64MiB, not " + maxLine);
        }
        return Math.toIntExact(maxLine.bytes());
    }

    /**
     * @throws IllegalArgumentException when Java cannot understand it
     */
    public static void requireGlob(String glob) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + glob + "' is not a glob: " + e.getDescription(), e);
        }
    }

    /**
     * A topic that lines may go to.
     *
     * @throws IllegalArgumentException when Kafka has no such names, or the topic is Moor's own: in
     *     the compacted one of the checkpoints only the last line of a stream would stay
     */
    public static void requireTopic(String topic) {
        requireTopicName(topic);
        if (OWN_TOPICS.contains(topic)) {
            throw new IllegalArgumentException(
                    "'" + topic + "' is a topic of Moor's own; choose another one for lines");
        }
    }

    /**
     * @throws IllegalArgumentException when Kafka has no such names
     */
    public static void requireTopicName(String topic) {
        if (!topic.matches("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "a topic has letters, digits, dots, dashes and underscores, not '"
                            + topic
                            + "'");
        }
    }
}

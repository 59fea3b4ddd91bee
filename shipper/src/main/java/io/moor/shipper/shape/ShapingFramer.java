package io.moor.shipper.shape;

import io.moor.shipper.frame.Framer;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/**
 * Asks rules about each event that another framer found, and gives its value the form it is to
 * have. What it leaves out it hands on, flagged, because its bytes are to be accounted for.
 */
final class ShapingFramer implements Framer {

    private final Framer framer;
    private final FieldParser parser;
    private final @Nullable String timeField;
    private final EventTime.@Nullable Reader time;
    private final List<Rule.Check> rules;
    private final @Nullable JsonForm json;
    private final String path;
    private final Shape.Room room;
    private final boolean byEventTime;
    private final Event event = new Event();
    private long records;

    ShapingFramer(Framer framer, Shape shape, String path, Shape.Room room) {
        this.framer = framer;
        this.parser = shape.parse().parser();
        EventTime eventTime = shape.time();
        this.timeField = eventTime == null ? null : eventTime.field();
        this.time = eventTime == null ? null : eventTime.reader();
        this.rules = shape.rules().stream().map(Rule::check).toList();
        this.json = shape.form() == Shape.Form.JSON ? new JsonForm() : null;
        this.path = path;
        this.room = room;
        this.byEventTime = shape.timestamp() == Shape.Timestamp.EVENT;
    }

    @Override
    public void reset(OpenLine openLine, byte[] head) {
        framer.reset(openLine, head);
        records = 0;
    }

    @Override
    public int frame(byte[] buffer, int from, int to, long offset, Until until, Lines lines) {
        return framer.frame(
                buffer,
                from,
                to,
                offset,
                until,
                (bytes, first, end, spanStart, spanEnd, flags) ->
                        line(bytes, first, end, spanStart, spanEnd, flags, lines));
    }

    private void line(
            byte[] bytes, int from, int to, long spanStart, long spanEnd, int flags, Lines lines) {
        event.begin(
                bytes,
                from,
                to,
                framer.charset(),
                spanStart,
                framer.eventMillis(),
                framer.iostream());
        parser.parse(event, event.fields);
        readTime();
        int shaped = flags | checked();
        byte[] value = null;
        boolean kept = (shaped & (LogHeaders.LEFT_OUT | LogHeaders.DEAD_LETTER)) == 0;
        if (kept && json != null) {
            value = json.encode(event, path, System.currentTimeMillis());
            if (value == null || value.length > room.largestValue()) {
                shaped |= LogHeaders.DEAD_LETTER;
                value = null;
            }
        }
        if (value == null) {
            lines.line(event.bytes(), event.from(), event.to(), spanStart, spanEnd, shaped);
        } else {
            lines.line(value, 0, value.length, spanStart, spanEnd, shaped);
        }
        boolean record = (shaped & (LogHeaders.LEFT_OUT | LogHeaders.DEAD_LETTER)) == 0;
        records += record ? 1 : 0;
    }

    private void readTime() {
        EventTime.Reader reader = time;
        Object told = timeField == null ? null : event.fields.get(timeField);
        if (reader != null && told != null) {
            Optional<Long> millis = reader.read(told);
            millis.ifPresent(known -> event.millis = known);
        }
    }

    /** Flags that the rules add. */
    private int checked() {
        for (Rule.Check rule : rules) {
            switch (rule.check(event)) {
                case KEEP -> {}
                case DROP -> {
                    return LogHeaders.DROPPED;
                }
                case SAMPLE -> {
                    return LogHeaders.SAMPLED;
                }
            }
        }
        return event.redacted ? LogHeaders.REDACTED : 0;
    }

    @Override
    public long eventMillis() {
        return event.millis;
    }

    /** Kept so near to now that neither retention nor a limit for the future refuses it. */
    @Override
    public long timestamp(long readMillis) {
        if (!byEventTime || event.millis == NO_TIME) {
            return readMillis;
        }
        // A quarter of the time is left for readers.
        long oldest = readMillis - room.retentionMillis() / 4 * 3;
        return Math.clamp(event.millis, Math.max(0, oldest), readMillis);
    }

    @Override
    public String iostream() {
        return event.iostream;
    }

    @Override
    public Charset charset() {
        return framer.charset();
    }

    @Override
    public OpenLine open() {
        return framer.open();
    }

    @Override
    public long records() {
        return records;
    }

    @Override
    public int longestUnframed() {
        return framer.longestUnframed();
    }

    @Override
    public boolean leavesOut() {
        return true;
    }

    @Override
    public boolean holdsEvents() {
        return framer.holdsEvents();
    }
}

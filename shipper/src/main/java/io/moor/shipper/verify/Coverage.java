package io.moor.shipper.verify;

import java.util.Map;
import java.util.TreeMap;

/** Which bytes of a generation are accounted for: disjoint ranges, merged where they touch. */
final class Coverage {

    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /**
     * Adds a range.
     *
     * @return how many of its bytes were there already
     */
    long add(long start, long end) {
        if (start >= end) {
            return 0;
        }
        long overlap = 0;
        long from = start;
        long to = end;
        Map.Entry<Long, Long> range = ranges.floorEntry(end);
        while (range != null && range.getValue() >= start) {
            overlap +=
                    Math.max(0, Math.min(range.getValue(), end) - Math.max(range.getKey(), start));
            from = Math.min(from, range.getKey());
            to = Math.max(to, range.getValue());
            ranges.remove(range.getKey());
            range = ranges.floorEntry(end);
        }
        ranges.put(from, to);
        return overlap;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** First byte that is accounted for; 0 when none is. */
    long first() {
        return ranges.isEmpty() ? 0 : ranges.firstKey();
    }

    /** After the last byte that is accounted for; 0 when none is. */
    long last() {
        return ranges.isEmpty() ? 0 : ranges.lastEntry().getValue();
    }

    /** Bytes of a range that are not accounted for. */
    long gaps(long start, long end) {
        long gaps = 0;
        long at = start;
        for (Map.Entry<Long, Long> range : ranges.entrySet()) {
            if (range.getKey() >= end) {
                break;
            }
            gaps += Math.max(0, range.getKey() - at);
            at = Math.max(at, range.getValue());
        }
        return gaps + Math.max(0, end - at);
    }
}

package io.moor.shipper.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known key that somebody probably meant. */
final class NearestKey {

    private NearestKey() {}

    /** The nearest by edit distance, when it is near enough to be a slip. */
    static Optional<String> of(String unknown, Collection<String> known) {
        return known.stream()
                .filter(key -> distance(unknown, key) <= Math.max(1, key.length() / 3))
                .min(Comparator.comparingInt(key -> distance(unknown, key)));
    }

    /** Levenshtein distance with two rows. */
    private static int distance(String left, String right) {
        var previous = new int[right.length() + 1];
        for (var j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (var i = 1; i <= left.length(); i++) {
            var current = new int[right.length() + 1];
            current[0] = i;
            for (var j = 1; j <= right.length(); j++) {
                var change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                current[j] =
                        Math.min(
                                previous[j - 1] + change,
                                Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}

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

    /** Edit distance in which two swapped neighbours count once: optimal string alignment. */
    private static int distance(String left, String right) {
        var table = new int[left.length() + 1][right.length() + 1];
        for (var i = 0; i <= left.length(); i++) {
            for (var j = 0; j <= right.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : step(table, left, right, i, j);
            }
        }
        return table[left.length()][right.length()];
    }

    private static int step(int[][] table, String left, String right, int i, int j) {
        var change = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        var best =
                Math.min(
                        table[i - 1][j - 1] + change,
                        Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        var swapped =
                i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
        return swapped ? Math.min(best, table[i - 2][j - 2] + 1) : best;
    }
}

package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class GearTest {

    private final Gear gear = new Gear(RepositoryKeys.unencrypted(new RandomId(1, 2)));
    private final byte[] data = new byte[24 << 20];

    GearTest() {
        new SplittableRandom(42).nextBytes(data);
    }

    @Test
    void chunksAreOfAboutOneMebibyteAndWithinTheirLimits() {
        List<Integer> lengths = lengths(data);

        assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(data.length);
        assertThat(lengths.subList(0, lengths.size() - 1))
                .allMatch(length -> length > Gear.LEAST && length <= Gear.MOST);
        assertThat(lengths.size()).isBetween(16, 36);
    }

    @Test
    void bytesAtTheBeginningMoveTheBordersAndNothingElse() {
        byte[] shifted = new byte[data.length + 7];
        System.arraycopy(data, 0, shifted, 7, data.length);

        Set<Integer> ends = ends(data);
        Set<Integer> moved = ends(shifted);
        long same = moved.stream().filter(end -> ends.contains(end - 7)).count();

        assertThat(same).isGreaterThan(ends.size() * 3L / 4);
    }

    @Test
    void contentWithoutBordersIsCutAtTheLimit() {
        byte[] zeros = new byte[9 << 20];

        assertThat(lengths(zeros)).containsExactly(4 << 20, 4 << 20, 1 << 20);
    }

    @Test
    void asksForMoreUntilTheBorderIsCertain() {
        int first = lengths(data).getFirst();

        assertThat(gear.cut(data, 0, first - 1, false)).isZero();
        assertThat(gear.cut(data, 0, first, false)).isEqualTo(first);
        assertThat(gear.cut(data, 0, first - 1, true)).isEqualTo(first - 1);
    }

    @Test
    void anotherRepositoryCutsElsewhere() {
        Gear other = new Gear(RepositoryKeys.unencrypted(new RandomId(1, 3)));

        assertThat(other.cut(data, 0, data.length, true))
                .isNotEqualTo(gear.cut(data, 0, data.length, true));
    }

    private List<Integer> lengths(byte[] content) {
        List<Integer> lengths = new ArrayList<>();
        int at = 0;
        while (at < content.length) {
            int length = gear.cut(content, at, content.length - at, true);
            lengths.add(length);
            at += length;
        }
        return lengths;
    }

    private Set<Integer> ends(byte[] content) {
        int[] lengths = lengths(content).stream().mapToInt(Integer::intValue).toArray();
        Arrays.parallelPrefix(lengths, Integer::sum);
        Set<Integer> ends = new HashSet<>();
        Arrays.stream(lengths).forEach(ends::add);
        return ends;
    }
}

package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnshippedAgeTest {

    @Test
    void growsWhileNothingIsCommitted() {
        UnshippedAge age = new UnshippedAge(10, 0);

        assertThat(age.look(0, 10, 5)).isEqualTo(5);
        assertThat(age.look(0, 40, 20)).isEqualTo(20);
        assertThat(age.look(9, 70, 30)).isEqualTo(30);
    }

    @Test
    void goesOnFromTheLaterBytesWhenTheFirstAreCommitted() {
        UnshippedAge age = new UnshippedAge(10, 0);
        age.look(0, 10, 5);
        age.look(0, 30, 20);

        assertThat(age.look(10, 30, 50)).isEqualTo(30);
    }

    /** A busy file always has something uncommitted; that alone is not old. */
    @Test
    void staysYoungWhileCommitsKeepUp() {
        UnshippedAge age = new UnshippedAge(100, 0);
        for (long now = 1; now <= 1_000; now++) {
            long size = 100 + now * 10;
            assertThat(age.look(size - 25, size, now)).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void isNeverYoungerThanTheOldestUncommittedBytes() {
        java.util.random.RandomGenerator random =
                java.util.random.RandomGenerator.of("L64X128MixRandom");
        long[] firstSeen = new long[5_000];
        int size = 1;
        int committed = 0;
        UnshippedAge age = new UnshippedAge(size, 0);
        for (int now = 1; now < 400 && size < 4_900; now++) {
            int grown = size + random.nextInt(10);
            for (int at = size; at < grown; at++) {
                firstSeen[at] = now;
            }
            size = grown;
            committed = Math.min(size - 1, committed + random.nextInt(12));

            assertThat(age.look(committed, size, now))
                    .isGreaterThanOrEqualTo(now - firstSeen[committed]);
        }
    }
}

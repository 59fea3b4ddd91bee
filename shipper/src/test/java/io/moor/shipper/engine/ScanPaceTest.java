package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScanPaceTest {

    private static final long NOW = Long.MAX_VALUE - 5;
    private static final long OFTEN = Orders.millis(100);

    private final ScanPace pace = new ScanPace();

    @BeforeEach
    void looked() {
        pace.looked(NOW, true, true, true, false, 1);
    }

    @Test
    void looksSeldomWhereEverythingIsTold() {
        assertThat(pace.nextIn(NOW)).isEqualTo(Orders.millis(2_000));
    }

    @Test
    void looksTheMoreSeldomTheMoreThereIs() {
        pace.looked(NOW, true, true, true, false, 10_000);

        assertThat(pace.nextIn(NOW)).isEqualTo(Orders.millis(5_000));
    }

    @Test
    void looksOftenWhereNothingIsTold() {
        pace.looked(NOW, false, true, true, false, 10_000);

        assertThat(pace.nextIn(NOW)).isEqualTo(OFTEN);
    }

    @Test
    void looksAgainSoonWhenADirectoryHasJustChanged() {
        pace.looked(NOW, true, false, true, false, 1);

        assertThat(pace.nextIn(NOW)).isEqualTo(OFTEN);
    }

    /** A burst of changes costs no more than looking all the time. */
    @Test
    void aCauseIsAtOnceButNotMoreFrequentThanWithoutHints() {
        pace.wanted();

        assertThat(pace.nextIn(NOW)).isEqualTo(OFTEN);
        assertThat(pace.nextIn(NOW + OFTEN)).isZero();
    }

    @Test
    void whatCannotBeOpenedIsTriedAgainSoonAndLaterNotSoOften() {
        for (int i = 0; i < 19; i++) {
            pace.looked(NOW, true, true, false, false, 1);
            assertThat(pace.nextIn(NOW)).isEqualTo(OFTEN);
        }
        pace.looked(NOW, true, true, false, false, 1);
        assertThat(pace.nextIn(NOW)).isEqualTo(Orders.millis(1_000));

        pace.looked(NOW, true, true, false, true, 1);
        assertThat(pace.nextIn(NOW)).isEqualTo(OFTEN);
    }
}

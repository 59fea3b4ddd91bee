package io.moor.shipper.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.util.Random;

class DecimalTest {

    private final Decimal decimal = new Decimal();

    @Test
    void isTheTextOfItsNumber() {
        Random random = new Random(7);
        long value = 0;
        for (int i = 0; i < 200_000; i++) {
            value =
                    switch (random.nextInt(100)) {
                        case 0 -> 0;
                        case 1 -> random.nextLong(Long.MAX_VALUE);
                        case 2 -> powerOfTen(random.nextInt(19)) - random.nextInt(2);
                        case 3 -> Math.max(0, value - random.nextInt(1_000));
                        case 4 -> value < 1L << 60 ? value + random.nextInt() / 2 + (1L << 30) : 0;
                        default -> value < 1L << 60 ? value + random.nextInt(1 << 20) : 0;
                    };
            assertText(value);
        }
        assertText(Long.MAX_VALUE - 1);
        assertText(Long.MAX_VALUE);
    }

    @Test
    void carriesThroughAllDigits() {
        assertText(999_999_999_999L);
        assertText(1_000_000_000_000L);
        assertText(1_000_000_000_000L + (1 << 24) - 1);
        assertText(1_000_000_000_000L + 2 * (1 << 24));
    }

    private static long powerOfTen(int exponent) {
        return Long.parseLong("1" + "0".repeat(exponent));
    }

    private void assertText(long value) {
        decimal.set(value);
        byte[] text = new byte[decimal.length() + 2];
        assertThat(decimal.writeTo(text, 1)).isEqualTo(text.length - 1);
        assertThat(new String(text, 1, decimal.length(), US_ASCII)).isEqualTo("" + value);
    }
}

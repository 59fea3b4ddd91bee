package io.moor.shipper.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.frame.Framer.Until;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Reads bytes through a framer as a file is read, and checks that its spans leave nothing out. */
final class Framed {

    private Framed() {}

    /** The records of a whole file, as {@code VALUE|START-END|FLAGS}. */
    static List<String> whole(Framer framer, byte[] file, Charset charset) {
        return read(framer, file, charset, file.length, new Random(0));
    }

    static List<String> whole(Framer framer, String file) {
        return whole(framer, file.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** The same of a file that grows by random steps, with a restart after each. */
    static List<String> growing(Framer framer, byte[] file, Charset charset, Random random) {
        return read(framer, file, charset, 0, random);
    }

    private static List<String> read(
            Framer framer, byte[] file, Charset charset, int firstVisible, Random random) {
        List<String> records = new ArrayList<>();
        long[] end = {0};
        Framer.Lines lines =
                (buffer, from, to, start, spanEnd, flags) -> {
                    assertThat(start).as("spans follow each other").isEqualTo(end[0]);
                    assertThat(spanEnd).isGreaterThan(start);
                    end[0] = spanEnd;
                    byte[] text = LogHeaders.flags(flags);
                    records.add(
                            new String(buffer, from, to - from, charset)
                                    + "|"
                                    + start
                                    + "-"
                                    + spanEnd
                                    + (text == null
                                            ? ""
                                            : "|" + new String(text, StandardCharsets.US_ASCII)));
                };
        OpenLine open = OpenLine.NONE;
        int offset = 0;
        int visible = firstVisible;
        while (true) {
            visible = Math.min(file.length, visible + random.nextInt(9));
            framer.reset(open, Arrays.copyOf(file, Math.min(offset, 512)));
            Until until = visible == file.length ? Until.END : Until.COMPLETE;
            int consumed = framer.frame(file, offset, visible, offset, until, lines);
            open = framer.open();
            offset += consumed;
            assertThat(end[0]).isEqualTo(offset);
            assertThat(visible - offset)
                    .as("what is held back is bounded")
                    .isLessThanOrEqualTo(framer.longestUnframed());
            if (until == Until.END) {
                assertThat(offset).isEqualTo(file.length);
                return records;
            }
        }
    }
}

package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

class ByteReaderTest {

    @Test
    void readsWhatWasWritten() throws CorruptObjectException {
        byte[] bytes =
                new ByteWriter()
                        .varint(0)
                        .varint(300)
                        .varint(-1)
                        .varint(Long.MAX_VALUE)
                        .time(-5, 999_999_999)
                        .time(Long.MIN_VALUE, 0)
                        .u32(0xFFFF_FFFFL)
                        .u64(Long.MIN_VALUE + 1)
                        .bytes(new byte[] {7})
                        .toBytes();
        ByteReader reader = new ByteReader(bytes, "object");

        assertThat(reader.varint()).isZero();
        assertThat(reader.varint()).isEqualTo(300);
        assertThat(reader.varint()).isEqualTo(-1);
        assertThat(reader.length(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(reader.seconds()).isEqualTo(-5);
        assertThat(reader.nanos()).isEqualTo(999_999_999);
        assertThat(reader.seconds()).isEqualTo(Long.MIN_VALUE);
        assertThat(reader.nanos()).isZero();
        assertThat(reader.u32()).isEqualTo(0xFFFF_FFFFL);
        assertThat(reader.u64()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(reader.bytes(1)).containsExactly(7);
        reader.end();
    }

    @Test
    void refusesNumbersThatAreNotInTheirShortestForm() {
        for (String hex : new String[] {"8000", "ff00", "ffffffffffffffffff02", "80", ""}) {
            ByteReader reader = new ByteReader(HexFormat.of().parseHex(hex), "object");

            assertThatThrownBy(reader::varint)
                    .as(hex)
                    .isInstanceOf(CorruptObjectException.class)
                    .hasMessageContaining("object");
        }
    }

    @Test
    void refusesLengthsThatLeaveTheObjectAndWhatIsLeftOver() {
        assertThatThrownBy(() -> reader("05", "aabb").bytes(10)).hasMessageContaining("too early");
        assertThatThrownBy(() -> reader("02", "aabb").bytes(1)).hasMessageContaining("over 1");
        assertThatThrownBy(() -> reader("02", "aabb").end()).hasMessageContaining("left over");
        assertThatThrownBy(() -> reader("ffffffff0f", "").count(10))
                .hasMessageContaining("over 10");
    }

    private static ByteReader reader(String length, String rest) {
        return new ByteReader(HexFormat.of().parseHex(length + rest), "object");
    }
}

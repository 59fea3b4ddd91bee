package io.moor.shipper.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

class ExportReaderTest {

    private static final String CURSOR = "s=ab;i=1f;b=cd;m=1;t=2;x=3";

    @Test
    void anEntryIsALineOfJsonWithItsCursorFirst() throws IOException {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        text(export, "PRIORITY=6\n__CURSOR=" + CURSOR + "\nTAG=a=b\nTAG=\n");
        binary(export, "MESSAGE", "two\nlines \"q\"".getBytes(UTF_8));
        binary(export, "BLOB", new byte[] {0, (byte) 200});
        text(export, "\n\n__CURSOR=second\n\n__CURSOR=cut short\nMESSAGE=x");

        ExportReader reader = reader(export);
        Entry first = Objects.requireNonNull(reader.next());
        assertThat(json(first))
                .isEqualTo(
                        "{\"__CURSOR\":\""
                                + CURSOR
                                + "\",\"PRIORITY\":\"6\",\"TAG\":[\"a=b\",\"\"],"
                                + "\"MESSAGE\":\"two\\nlines \\\"q\\\"\",\"BLOB\":[0,200]}\n");
        assertThat(EntryJson.cursor(json(first).getBytes(UTF_8))).isEqualTo(CURSOR);
        assertThat(Objects.requireNonNull(reader.next()).cursor()).isEqualTo("second");
        assertThat(reader.next()).isNull();
    }

    @Test
    void whatIsTooLargeIsNullAndTheEntryGoesOn() throws IOException {
        ByteArrayOutputStream export = new ByteArrayOutputStream();
        text(export, "__CURSOR=c\nLARGE=" + "x".repeat(ExportReader.MOST_BYTES) + "\n");
        binary(export, "BLOB", new byte[ExportReader.MOST_BYTES + 1]);
        text(export, "MESSAGE=small\n\n");

        assertThat(json(Objects.requireNonNull(reader(export).next())))
                .isEqualTo(
                        "{\"__CURSOR\":\"c\",\"LARGE\":null,\"BLOB\":null,\"MESSAGE\":\"small\"}\n");
    }

    @Test
    void whatIsNoExportIsRefused() {
        for (String wrong : new String[] {"MESSAGE=without a cursor\n\n", "x".repeat(1_000)}) {
            ByteArrayOutputStream export = new ByteArrayOutputStream();
            text(export, wrong);
            assertThatThrownBy(() -> reader(export).next()).isInstanceOf(IOException.class);
        }
        assertThat(EntryJson.cursor("{\"MESSAGE\":\"x\"}".getBytes(UTF_8))).isNull();
    }

    @Test
    void cursorsTellHowManyEntriesAreBetweenThem() {
        assertThat(Cursor.between("s=ab;i=f;b=1", "s=ab;i=12;b=1")).hasValue(2);
        assertThat(Cursor.between("s=ab;i=f;b=1", "s=ab;i=10;b=1")).hasValue(0);
        assertThat(Cursor.between("s=ab;i=f;b=1", "s=cd;i=12;b=1")).isEmpty();
        assertThat(Cursor.between("whatever", "s=cd;i=12;b=1")).isEmpty();
    }

    private static ExportReader reader(ByteArrayOutputStream export) {
        return new ExportReader(new ByteArrayInputStream(export.toByteArray()));
    }

    private static String json(Entry entry) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EntryJson.write(entry, out);
        return out.toString(UTF_8);
    }

    private static void text(ByteArrayOutputStream export, String text) {
        export.writeBytes(text.getBytes(UTF_8));
    }

    private static void binary(ByteArrayOutputStream export, String name, byte[] value) {
        text(export, name + "\n");
        export.writeBytes(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value.length)
                        .array());
        export.writeBytes(value);
        text(export, "\n");
    }
}

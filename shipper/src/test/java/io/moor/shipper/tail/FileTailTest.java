package io.moor.shipper.tail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framer;
import io.moor.shipper.frame.Limits;
import io.moor.shipper.frame.LineFramer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

class FileTailTest {

    @TempDir Path directory;

    private final ReadBuffer buffer = new ReadBuffer();
    private final Framer framer = new LineFramer(Encoding.UTF_8, Limits.split(1 << 20));
    private final List<String> lines = new ArrayList<>();

    @Test
    void goesBackToTheCommittedPlaceWhenATransactionAborts() throws IOException {
        Path file = Files.writeString(directory.resolve("a.log"), "one\ntwo\n");
        try (FileTail tail = FileTail.open(file, Frontier.START)) {
            read(tail);
            tail.rollback();
            read(tail);

            assertThat(lines).containsExactly("one", "two", "one", "two");
            assertThat(tail.working().lines()).isEqualTo(2);
            assertThat(tail.committed().offset()).isZero();
        }
    }

    /** A look must leave to the read what it finds: what was lost is told by the size seen last. */
    @Test
    void looksAtTheSizeAndNowAndThenIntoTheFileAndLeavesWhatItFindsToTheRead() throws IOException {
        long now = 1_000_000;
        Path file = Files.writeString(directory.resolve("a.log"), "one\ntwo\n");
        try (FileTail tail = FileTail.open(file, Frontier.START)) {
            assertThat(tail.isStill(now)).isFalse();
            read(tail);
            assertThat(tail.isStill(now)).isTrue();
            Files.writeString(file, "three\n", StandardOpenOption.APPEND);
            assertThat(tail.isStill(now)).isFalse();
            assertThat(tail.size()).isEqualTo(8);
            read(tail);
            assertThat(tail.isStill(now)).isTrue();

            try (FileChannel inPlace = FileChannel.open(file, StandardOpenOption.WRITE)) {
                inPlace.write(ByteBuffer.wrap("ONE".getBytes(UTF_8)));
            }

            assertThat(tail.isStill(now + 29_000)).isTrue();
            assertThat(tail.isStill(now + 31_000)).isFalse();
            assertThat(tail.isStill(now + 31_000)).isFalse();
            assertThat(read(tail)).isEqualTo(ReadResult.REWRITTEN);
            assertThat(lines).containsExactly("one", "two", "three");
        }
    }

    @Test
    void seesATruncation() throws IOException {
        Path file = Files.writeString(directory.resolve("a.log"), "one\ntwo\n");
        try (FileTail tail = FileTail.open(file, Frontier.START)) {
            read(tail);
            Files.writeString(file, "x\n");

            assertThat(read(tail)).isEqualTo(ReadResult.REWRITTEN);
        }
    }

    @Test
    void seesAFileThatGrewBeyondTheOldPlaceAfterATruncation() throws IOException {
        Path file = Files.writeString(directory.resolve("a.log"), "one\ntwo\n");
        try (FileTail tail = FileTail.open(file, Frontier.START)) {
            read(tail);
            Files.writeString(file, "other and much longer content\n");

            assertThat(read(tail)).isEqualTo(ReadResult.REWRITTEN);
            assertThat(lines).containsExactly("one", "two");
        }
    }

    @Test
    void readsALineThatIsLongerThanItsBlock() throws IOException {
        String line = "x".repeat(700_000);
        Path file = Files.writeString(directory.resolve("a.log"), line + "\nnext\n");
        try (FileTail tail = FileTail.open(file, Frontier.START)) {
            while (read(tail) == ReadResult.LINES) {
                assertThat(lines).hasSizeLessThan(3);
            }

            assertThat(lines).containsExactly(line, "next");
        }
    }

    @Test
    void givesTheSameEvidenceInOneReadAsInMany() throws IOException {
        Path file = Files.createFile(directory.resolve("a.log"));
        StringBuilder all = new StringBuilder();
        try (FileTail slow = FileTail.open(file, Frontier.START);
                FileTail fast = FileTail.open(file, Frontier.START)) {
            for (int i = 0; i < 200; i++) {
                String line = "line number " + i + "\n";
                all.append(line);
                Files.writeString(file, line, StandardOpenOption.APPEND);
                read(slow);
            }
            read(fast);

            assertThat(slow.working().evidence()).isEqualTo(fast.working().evidence());
            assertThat(slow.working().hash()).isEqualTo(fast.working().hash());
            assertThat(slow.working().offset()).isEqualTo(all.length());
        }
    }

    private ReadResult read(FileTail tail) throws IOException {
        return tail.read(
                buffer,
                framer,
                (bytes, from, to, _, _, _) -> lines.add(new String(bytes, from, to - from, UTF_8)),
                1);
    }
}

package io.moor.shipper.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.config.ConfigException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Whatever somebody hands in is imported or refused by file and line: truncated, damaged, or
 * nothing at all. Secrets are not told while the words that tell of them are whole.
 */
class ImportFuzzTest {

    private static final Path CONFIGURATIONS =
            Path.of("src/test/resources/io/moor/shipper/imports");

    private static final int DAMAGES = 150;
    private static final String WORDS = "[]{}()\"'\\:,=$@%#&~-*/\n\n\t  a1.|<>?!";

    private static List<String> texts(Kind kind) throws IOException {
        try (Stream<Path> files = Files.list(CONFIGURATIONS)) {
            return files.filter(file -> !file.toString().contains(".expected."))
                    .filter(file ->
                            String.valueOf(file.getFileName())
                                    .startsWith(
                                            kind.title()
                                                    .replaceFirst(" .*", "")
                                                    .toLowerCase(Locale.ROOT)))
                    .sorted()
                    .map(ImportFuzzTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void truncatedOnesAreImportedOrRefused(Kind kind) throws IOException {
        List<String> texts = texts(kind);
        assertThat(texts).hasSizeGreaterThanOrEqualTo(2);
        for (String text : texts) {
            for (int end = 0; end < text.length(); end += 7) {
                assertThat(check(text.substring(0, end), kind)).doesNotContain("sesame-open");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void damagedOnesAreImportedOrRefused(Kind kind) throws IOException {
        Random random = new Random(17);
        for (String text : texts(kind)) {
            for (int i = 0; i < DAMAGES; i++) {
                StringBuilder damaged = new StringBuilder(text);
                for (int j = random.nextInt(4); j >= 0; j--) {
                    int at = random.nextInt(damaged.length());
                    int end = Math.min(damaged.length(), at + random.nextInt(6));
                    String word =
                            String.valueOf(WORDS.charAt(random.nextInt(WORDS.length())))
                                    .repeat(random.nextInt(3));
                    damaged.replace(at, end, word);
                }
                check(damaged.toString(), kind);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void garbageIsRefused(Kind kind) {
        Random random = new Random(4);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            check(new String(bytes, StandardCharsets.ISO_8859_1), kind);
            StringBuilder words = new StringBuilder();
            for (int j = random.nextInt(80); j >= 0; j--) {
                words.append(WORDS.charAt(random.nextInt(WORDS.length())));
            }
            check(words.toString(), kind);
        }
        check("[INPUT]\n".repeat(5_000), kind);
        check("{".repeat(10_000), kind);
        check("a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n", kind);
        check("if ".repeat(5_000), kind);
        check("{\n".repeat(5_000), kind);
    }

    /** Everything that is told and written. */
    private static String check(String text, Kind kind) {
        try {
            Imported imported = Importer.parse("it.conf", text, kind);
            // What is written was read by the configuration reader, or it would have been left out.
            assertThat(imported.yaml().isEmpty()).isEqualTo(imported.sources() == 0);
            assertThat(imported.findings())
                    .allSatisfy(finding -> assertThat(finding.text()).isNotBlank());
            return imported.yaml() + imported.findings();
        } catch (ConfigException refused) {
            assertThat(refused.problems())
                    .allSatisfy(
                            problem -> assertThat(problem).matches("(?s)it\\.conf(:\\d+)?: \\S.*"));
            return String.join("\n", refused.problems());
        } catch (RuntimeException e) {
            throw new AssertionError("of: " + text, e);
        }
    }
}

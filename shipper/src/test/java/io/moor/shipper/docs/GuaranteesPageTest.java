package io.moor.shipper.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** {@code docs/shipper-guarantees.md} names tests that exist, and has every row. */
class GuaranteesPageTest {

    private static final Path PAGE = Path.of("../docs/shipper-guarantees.md");
    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+|\\*)`");
    private static final int ROWS_OF_THE_CATALOGUE = 22;

    private static final Map<String, String> SOURCES = new HashMap<>();

    @BeforeAll
    static void findTests() throws IOException {
        for (String module : List.of("shipper", "gateway", "volumes", "compose/demo")) {
            try (var files = Files.walk(Path.of("..", module, "src/test/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String name = String.valueOf(file.getFileName()).replace(".java", "");
                    SOURCES.put(name, Files.readString(file));
                }
            }
        }
    }

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        List<MatchResult> named = NAME.matcher(Files.readString(PAGE)).results().toList();
        List<String> missing =
                named.stream()
                        .filter(test -> !exists(test.group(1), test.group(2)))
                        .map(MatchResult::group)
                        .toList();

        assertThat(named).hasSizeGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    private static boolean exists(String type, String method) {
        String source = SOURCES.get(type);
        if (source == null) {
            return false;
        }
        String wanted = method.equals("*") ? "\\w+" : method;
        Pattern declared = Pattern.compile("\\bvoid " + wanted + "\\(");
        // What stands between two methods are the annotations of the second.
        return Pattern.compile("\n {4}}\n")
                .splitAsStream(source)
                .anyMatch(part ->
                        declared.matcher(part)
                                .results()
                                .limit(1)
                                .map(found -> part.substring(0, found.start()))
                                .anyMatch(GuaranteesPageTest::isTest));
    }

    private static boolean isTest(String before) {
        return before.contains("@Test\n") || before.contains("@ParameterizedTest");
    }

    @Test
    void everyRowOfTheCatalogueHasATest() throws IOException {
        List<Integer> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.matches("\\| \\d+ \\|.*")) {
                rows.add(Integer.valueOf(line.split(" ")[1]));
                assertThat(line).containsPattern(NAME);
            }
        }
        assertThat(rows)
                .isEqualTo(IntStream.rangeClosed(1, ROWS_OF_THE_CATALOGUE).boxed().toList());
    }

    /** A row without a test, a test that is not there: both would go unnoticed otherwise. */
    @Test
    void aTestThatIsNotThereIsNoticed() {
        assertThat(exists("GuaranteesPageTest", "everyTestThatThePageNamesExists")).isTrue();
        assertThat(exists("GuaranteesPageTest", "*")).isTrue();
        assertThat(exists("GuaranteesPageTest", "findTests")).isFalse();
        assertThat(exists("GuaranteesPageTest", "exists")).isFalse();
        assertThat(exists("NoSuchTest", "*")).isFalse();
    }
}

package io.moor.gateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

class ProblemTypeTest {

    @Test
    void everyTypeHasAHeadingInTheDocuments() throws IOException {
        // Given
        Path page = Path.of("..", "docs", "problems.md");

        // When
        List<String> headings =
                Files.readAllLines(page).stream()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .toList();

        // Then
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ProblemType.values()).map(ProblemType::slug).toList());
    }
}

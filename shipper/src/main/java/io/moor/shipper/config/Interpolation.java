package io.moor.shipper.config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${env:NAME}} and {@code ${file:/path}} in a scalar. */
final class Interpolation {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)}");

    /** A secret or a value, not a log: larger files are a mistake. */
    private static final int FILE_BYTES_MAX = 64 * 1024;

    private final Function<String, @Nullable String> environment;
    private final Problems problems;

    Interpolation(Function<String, @Nullable String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /** The resolved text, or null after a problem was noted. */
    @Nullable String resolve(String raw, int line) {
        if (!raw.contains("${")) {
            return raw;
        }
        var before = problems.count();
        var resolved =
                REFERENCE
                        .matcher(raw)
                        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), line)));
        return problems.count() == before ? resolved : null;
    }

    private String value(String reference, int line) {
        if (reference.startsWith("env:")) {
            var value = environment.apply(reference.substring(4));
            if (value == null) {
                problems.add(
                        line,
                        "environment variable '" + reference.substring(4) + "' is not set; set it");
                return "";
            }
            return value;
        }
        if (reference.startsWith("file:")) {
            return content(reference.substring(5), line);
        }
        problems.add(
                line,
                "'${" + reference + "}' is not known; write ${env:NAME} or ${file:/absolute/path}");
        return "";
    }

    private String content(String path, int line) {
        try {
            var file = Path.of(path);
            if (!file.isAbsolute()) {
                problems.add(line, "'${file:" + path + "}' needs an absolute path");
                return "";
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                problems.add(line, "file " + path + " is larger than 64KiB; is it the right one?");
                return "";
            }
            var value = Files.readString(file).replaceFirst("\\r?\\n\\z", "");
            problems.hide(value);
            return value;
        } catch (IOException | InvalidPathException e) {
            problems.add(
                    line,
                    "cannot read file "
                            + path
                            + "; check that it exists and may be read ("
                            + e.getClass().getSimpleName()
                            + ")");
            return "";
        }
    }
}

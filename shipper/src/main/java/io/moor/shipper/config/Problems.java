package io.moor.shipper.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Collects what is wrong with one file, so that all of it is reported at once. */
final class Problems {

    private static final Pattern LINE_BREAKS = Pattern.compile("\\s*[\\r\\n]+\\s*");

    /** Characters. */
    private static final int SHORT = 4;

    private record Problem(int line, String text) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> confidential = new HashSet<>();

    Problems(String file) {
        this.file = file;
    }

    /** The file's last name, for messages. */
    String fileName() {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /** A text that must not appear in any problem. */
    void hide(String value) {
        if (!value.isEmpty()) {
            confidential.add(value);
        }
    }

    /**
     * @param line one-based; 0 when the problem is the whole file's
     */
    void add(int line, String text) {
        found.add(new Problem(line, text));
    }

    int count() {
        return found.size();
    }

    void throwIfAny() throws ConfigException {
        if (!found.isEmpty()) {
            throw new ConfigException(
                    found.stream()
                            .sorted(Comparator.comparingInt(Problem::line))
                            .map(this::render)
                            .distinct()
                            .toList());
        }
    }

    private String render(Problem problem) {
        var text = LINE_BREAKS.matcher(problem.text()).replaceAll(" ");
        for (var value : confidential) {
            // A very short one is only replaced as a whole value: it is part of many words.
            text =
                    value.length() < SHORT
                            ? text.replace("'" + value + "'", "'***'")
                            : text.replace(value, "***");
        }
        return file + ":" + (problem.line() == 0 ? "" : problem.line() + ":") + " " + text;
    }
}

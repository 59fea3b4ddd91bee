package io.moor.shipper.imports;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names for sources, each once. Not thread-safe. */
final class Names {

    private static final int LONGEST = 60;

    private final Set<String> taken = new HashSet<>();

    /** A name made of words that somebody wrote; what has no place in one becomes a dash. */
    String unique(String wish) {
        String clean =
                wish.replaceAll("\\$\\{[^}]*}", "")
                        .replaceAll("[^A-Za-z0-9_]+", "-")
                        .replaceAll("^[-_]+|[-_]+$", "")
                        .toLowerCase(Locale.ROOT);
        String base =
                clean.isEmpty() ? "logs" : clean.substring(0, Math.min(LONGEST, clean.length()));
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        return name;
    }

    /** What a path says of its content: the last part of it that is a word. */
    static String of(String glob) {
        String[] parts = glob.split("/");
        for (int i = parts.length - 1; i >= 0; i--) {
            String word =
                    parts[i].replaceAll("\\.(log|txt|json|out|err)\\b", "")
                            .replaceAll("\\$\\{[^}]*}|[*?\\[\\]{}]+", " ")
                            .strip();
            if (word.matches(".*[A-Za-z].*")) {
                return word;
            }
        }
        return "logs";
    }
}

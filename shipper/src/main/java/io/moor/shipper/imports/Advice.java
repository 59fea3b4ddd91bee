package io.moor.shipper.imports;

import io.moor.shipper.imports.Finding.Weight;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What is said of settings that have no place in a {@code logs:} section. Each line of a table is
 * {@code KEYS | note or lost | text}; keys are separated by blanks, in lower case, and may end with
 * {@code *}.
 */
final class Advice {

    private record Said(Weight weight, String text) {}

    private final Map<String, Said> exact = new LinkedHashMap<>();
    private final Map<String, Said> prefixes = new LinkedHashMap<>();

    Advice(String table) {
        for (String line : table.lines().filter(each -> !each.isBlank()).toList()) {
            String[] cells = line.split("\\|", 3);
            Said said =
                    new Said(
                            cells[1].strip().equals("note") ? Weight.NOTE : Weight.LOST,
                            cells[2].strip());
            for (String key : cells[0].strip().split("\\s+")) {
                if (key.endsWith("*")) {
                    prefixes.put(key.substring(0, key.length() - 1), said);
                } else {
                    exact.put(key, said);
                }
            }
        }
    }

    /** Says what is known of a setting, or that nothing is. */
    void say(Setting setting, Findings findings) {
        say(setting, setting.key(), findings);
    }

    /**
     * @param key under which the setting is looked up
     */
    void say(Setting setting, String key, Findings findings) {
        Said said = find(key.toLowerCase(Locale.ROOT));
        if (said == null) {
            findings.lost(setting, "the import does not know this setting; see docs/migration.md");
        } else {
            findings.add(said.weight(), setting, said.text());
        }
    }

    private @Nullable Said find(String key) {
        Said said = exact.get(key);
        if (said != null) {
            return said;
        }
        return prefixes.entrySet().stream()
                .filter(each -> key.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}

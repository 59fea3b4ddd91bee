package io.moor.shipper.imports;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A section of a Fluent Bit configuration, of either format.
 *
 * @param place of its head
 * @param type in lower case: {@code input}
 * @param settings in their order; a key may stand several times
 */
record FluentSection(Place place, String type, List<Setting> settings) {

    /** The first setting of a name; case does not matter. Null for none. */
    @Nullable Setting setting(String key) {
        return settings.stream()
                .filter(each -> each.key().equalsIgnoreCase(key))
                .findFirst()
                .orElse(null);
    }

    List<Setting> all(String key) {
        return settings.stream().filter(each -> each.key().equalsIgnoreCase(key)).toList();
    }

    String value(String key, String otherwise) {
        Setting setting = setting(key);
        return setting == null ? otherwise : setting.value();
    }

    boolean isOn(String key) {
        return Set.of("on", "true", "yes", "1")
                .contains(value(key, "off").toLowerCase(Locale.ROOT));
    }

    /** The plugin, in lower case. */
    String plugin() {
        return value("name", "").toLowerCase(Locale.ROOT);
    }

    /** As a setting to tell of. */
    Setting asSetting() {
        return new Setting(place, "[" + type.toUpperCase(Locale.ROOT) + "]", value("name", ""));
    }

    /** Settings whose keys are not in a set, in lower case. */
    List<Setting> others(Set<String> known) {
        return settings.stream()
                .filter(each -> !known.contains(each.key().toLowerCase(Locale.ROOT)))
                .toList();
    }
}

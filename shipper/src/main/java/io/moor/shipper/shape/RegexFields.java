package io.moor.shipper.shape;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

import java.util.Map;

/** The named groups of a pattern, {@code (?P<name>...)}, in linear time. */
final class RegexFields implements FieldParser {

    private final Pattern pattern;

    /**
     * @throws IllegalArgumentException when the pattern names no group
     */
    RegexFields(String regex) {
        this.pattern = Patterns.compile(regex);
        if (pattern.namedGroups().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + regex + "' names no field; write (?P<name>...) around each");
        }
    }

    @Override
    public void parse(Event event, Map<String, Object> fields) {
        Matcher matcher = pattern.matcher(event.text());
        if (matcher.find()) {
            pattern.namedGroups()
                    .forEach((name, group) -> {
                        String found = matcher.group(group);
                        if (found != null) {
                            fields.put(name, found);
                        }
                    });
        }
    }
}

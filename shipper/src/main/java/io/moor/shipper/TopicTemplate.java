package io.moor.shipper;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic name with places for what is the same for all streams of a source, so that a shipper
 * knows its topics before it sees a file: {@code logs.{group}.{source}}.
 */
public final class TopicTemplate {

    private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9._-]");
    private static final String NOTHING = "-";

    private TopicTemplate() {}

    /** The name with an example in each place, to check the rest of it. */
    public static String example(String template) {
        return filled(template, Map.of("group", "x", "slot", "0", "instance", "x", "source", "x"));
    }

    static String fill(String template, StreamScope scope, String source) {
        if (template.indexOf('{') < 0) {
            return template;
        }
        return filled(
                template,
                Map.of(
                        "group",
                        scope.group().orElse(NOTHING),
                        "slot",
                        scope.slot().map(String::valueOf).orElse(NOTHING),
                        "instance",
                        scope.instance().orElse(NOTHING),
                        "source",
                        source));
    }

    /**
     * @throws IllegalArgumentException for a place that nobody knows
     */
    private static String filled(String template, Map<String, String> values) {
        Matcher places = PLACE.matcher(template);
        return places.replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalArgumentException(
                        "'{"
                                + place.group(1)
                                + "}' has no place in a topic; there are {group}, {slot},"
                                + " {instance} and {source}");
            }
            return Matcher.quoteReplacement(ODD.matcher(value).replaceAll("_"));
        });
    }
}

package io.moor.shipper.imports;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whose configuration it is. */
public enum Kind {
    FLUENT_BIT("Fluent Bit"),
    FILEBEAT("Filebeat"),
    RSYSLOG("rsyslog");

    private static final Pattern CLASSIC =
            Pattern.compile(
                    "(?im)^\\s*\\[(service|input|filter|output|parser|multiline_parser|custom)\\b");
    private static final Pattern RAINER =
            Pattern.compile(
                    "(?m)^\\s*(module|input|action|ruleset|template|global|main_queue)\\s*\\(|^\\s*\\$(ModLoad|InputFile|InputRun"
                        + "|IncludeConfig|ActionFile|RuleSet|template|WorkDirectory)");
    private static final Pattern FLUENT_YAML =
            Pattern.compile("(?m)^(pipeline|service|parsers|multiline_parsers|customs)\\s*:");
    private static final Pattern BEATS =
            Pattern.compile(
                    "(?m)^\\s*(filebeat|output|processors|setup|queue)[.:\\w]*:|^-"
                            + " (type|paths|id|module)\\s*:|^\\s*-?\\s*prospectors:");

    private final String title;

    Kind(String title) {
        this.title = title;
    }

    /** As people call it. */
    public String title() {
        return title;
    }

    /** Of a text, by what only one of the three writes; empty when nothing tells. */
    static Optional<Kind> of(String name, String text) {
        if (CLASSIC.matcher(text).find()) {
            return Optional.of(FLUENT_BIT);
        }
        if (RAINER.matcher(text).find()) {
            return Optional.of(RSYSLOG);
        }
        if (FLUENT_YAML.matcher(text).find()) {
            return Optional.of(FLUENT_BIT);
        }
        if (BEATS.matcher(text).find()) {
            return Optional.of(FILEBEAT);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.contains("filebeat")) {
            return Optional.of(FILEBEAT);
        }
        if (lower.contains("rsyslog")) {
            return Optional.of(RSYSLOG);
        }
        return lower.contains("fluent-bit") ? Optional.of(FLUENT_BIT) : Optional.empty();
    }
}

package io.moor.shipper.imports;

import java.util.List;
import java.util.Locale;

/** A statement of an rsyslog configuration. */
sealed interface RsyslogStatement {

    Place place();

    /**
     * {@code module(…)}, {@code input(…)}, {@code action(…)} and the like.
     *
     * @param kind in lower case
     * @param parameters in their order; a value of several is joined by line ends
     * @param body statements in braces, of a ruleset; or those of a template of lists
     */
    record Call(Place place, String kind, List<Setting> parameters, List<RsyslogStatement> body)
            implements RsyslogStatement {

        String value(String key, String otherwise) {
            return parameters.stream()
                    .filter(each -> each.key().equalsIgnoreCase(key))
                    .map(Setting::value)
                    .findFirst()
                    .orElse(otherwise);
        }

        String type() {
            return value("type", "").toLowerCase(Locale.ROOT);
        }

        Setting asSetting() {
            return new Setting(place, kind, value("type", value("file", value("name", ""))));
        }
    }

    /** {@code $Name value}. */
    record Directive(Place place, String name, String value) implements RsyslogStatement {}

    /** {@code if … then … else …}. */
    record If(
            Place place,
            String condition,
            List<RsyslogStatement> then,
            List<RsyslogStatement> otherwise)
            implements RsyslogStatement {}

    /** {@code local0.* …} and {@code :msg, contains, "x" …}. */
    record Filter(Place place, String selector, List<RsyslogStatement> then)
            implements RsyslogStatement {}

    /** {@code stop}, or a tilde. */
    record Stop(Place place) implements RsyslogStatement {}

    /** {@code call NAME}. */
    record Run(Place place, String ruleset) implements RsyslogStatement {}

    /** {@code set}, {@code unset}, {@code foreach} and others. */
    record Other(Place place, String text) implements RsyslogStatement {}

    /** An action of the old form: a file, a host, a user. */
    record OldAction(Place place, String text) implements RsyslogStatement {}
}

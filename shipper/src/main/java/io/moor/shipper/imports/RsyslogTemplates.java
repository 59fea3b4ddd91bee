package io.moor.shipper.imports;

import io.moor.shipper.imports.RsyslogStatement.Call;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Templates of rsyslog, as far as they are the line itself, or JSON. */
final class RsyslogTemplates {

    /** What a template makes of a line. */
    enum Makes {
        /** The line as the application wrote it. */
        THE_LINE,
        /** A JSON object around it. */
        JSON,
        /** A text around it. */
        ANOTHER_TEXT
    }

    private static final Pattern LINE =
            Pattern.compile(
                    "(?i)%(msg|rawmsg|rawmsg-after-pri)(:::?(sp-if-no-1st-sp|drop-last-lf)?|:[12]:\\$(:drop-last-lf)?)?%(\\\\n|\\n)?");
    private static final Pattern JSON =
            Pattern.compile("(?is)^\\s*(%\\{)?\\{.*|.*(jsonf|all-json|format=.?json).*");

    private final Map<String, Makes> templates = new HashMap<>();

    void add(Call template) {
        String name = template.value("name", "");
        String string = template.value("string", "");
        String type = template.type();
        if (type.equals("list")) {
            templates.put(name, list(template));
        } else {
            templates.put(name, of(string));
        }
    }

    /** {@code $template name,"text"}. */
    void add(String directive) {
        int comma = directive.indexOf(',');
        if (comma > 0) {
            String text = directive.substring(comma + 1).strip();
            templates.put(
                    directive.substring(0, comma).strip(),
                    of(text.replaceFirst("^\"(.*)\"(\\s*;.*)?$", "$1")));
        }
    }

    private static Makes of(String string) {
        if (LINE.matcher(string).matches()) {
            return Makes.THE_LINE;
        }
        return JSON.matcher(string).matches() ? Makes.JSON : Makes.ANOTHER_TEXT;
    }

    private static Makes list(Call template) {
        boolean line = false;
        boolean other = false;
        boolean json = template.value("option.jsonf", "off").equals("on");
        for (RsyslogStatement part : template.body()) {
            if (!(part instanceof Call call)) {
                other = true;
            } else if (call.kind().equals("property")) {
                String name = call.value("name", "").toLowerCase(Locale.ROOT);
                boolean is = name.equals("msg") || name.startsWith("rawmsg");
                json |= call.value("format", "").contains("json");
                line |= is;
                other |= !is;
            } else {
                String constant = call.value("value", "");
                json |= constant.strip().startsWith("{");
                other |= !constant.isBlank();
            }
        }
        if (json) {
            return Makes.JSON;
        }
        return line && !other ? Makes.THE_LINE : Makes.ANOTHER_TEXT;
    }

    /** What a name stands for; unknown ones are rsyslog's own, which write a text. */
    Makes makes(String name) {
        return templates.getOrDefault(name, Makes.ANOTHER_TEXT);
    }
}

package io.moor.shipper.shape;

import java.util.Map;

/** {@code key=value key="quoted \"value\"" flag}: a key without a value is true. */
final class LogfmtFields implements FieldParser {

    @Override
    public void parse(Event event, Map<String, Object> fields) {
        String text = event.text();
        int at = 0;
        boolean assigned = false;
        while (at < text.length()) {
            at = blanks(text, at);
            int start = at;
            while (at < text.length() && text.charAt(at) > ' ' && text.charAt(at) != '=') {
                at++;
            }
            String key = text.substring(start, at);
            if (at >= text.length() || text.charAt(at) != '=') {
                if (!key.isEmpty()) {
                    fields.put(key, true);
                }
                continue;
            }
            at++;
            StringBuilder value = new StringBuilder();
            at = value(text, at, value);
            if (!key.isEmpty()) {
                fields.put(key, value.toString());
                assigned = true;
            }
        }
        if (!assigned) {
            // Words without any assignment are a sentence.
            fields.clear();
        }
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }

    private static int value(String text, int from, StringBuilder value) {
        int at = from;
        if (at >= text.length() || text.charAt(at) != '"') {
            while (at < text.length() && text.charAt(at) > ' ') {
                value.append(text.charAt(at++));
            }
            return at;
        }
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
                value.append(
                        switch (text.charAt(at)) {
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            default -> text.charAt(at);
                        });
            } else {
                value.append(text.charAt(at));
            }
        }
        return at + 1;
    }
}

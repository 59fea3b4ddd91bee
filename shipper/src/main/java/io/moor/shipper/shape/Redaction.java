package io.moor.shipper.shape;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Replaces what a pattern finds, in the bytes of an event: what else is in them stays as it is. */
final class Redaction {

    private final Pattern pattern;
    private final String text;
    private final byte[] black;

    Redaction(Pattern pattern, String with) {
        this.pattern = pattern;
        this.text = with;
        this.black = with.getBytes(StandardCharsets.UTF_8);
    }

    void apply(Event event) {
        if (event.isUtf8()) {
            bytes(event);
        } else if (pattern.matcher(event.text()).find()) {
            event.replace(pattern.matcher(event.text()).replaceAll(Matcher.quoteReplacement(text)));
        }
        // What a parser found is redacted, too.
        for (Map.Entry<String, Object> field : event.fields.entrySet()) {
            Matcher matcher = pattern.matcher(field.getValue().toString());
            if (matcher.find()) {
                field.setValue(matcher.replaceAll(Matcher.quoteReplacement(text)));
                event.redacted = true;
            }
        }
    }

    private void bytes(Event event) {
        byte[] bytes = event.copy();
        Matcher matcher = pattern.matcher(bytes);
        if (!matcher.find()) {
            return;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        int at = 0;
        do {
            if (matcher.end() > matcher.start()) {
                out.write(bytes, at, matcher.start() - at);
                out.writeBytes(black);
                at = matcher.end();
            }
        } while (matcher.find());
        out.write(bytes, at, bytes.length - at);
        event.replace(out.toByteArray());
    }
}

package io.moor.shipper.shape;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
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

    /**
     * Where something that is redacted begins, when it lies across a place; else the place.
     *
     * @param text from the beginning of a piece on
     */
    int beginOfWhatIsAt(int place, byte[] text, Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return beginAcross(place, pattern.matcher(text));
        }
        int characters = new String(text, 0, place, charset).length();
        int begin = beginAcross(characters, pattern.matcher(new String(text, charset)));
        return begin == characters ? place : bytesOf(begin, text, charset);
    }

    private static int beginAcross(int place, Matcher matcher) {
        while (matcher.find() && matcher.start() < place) {
            if (matcher.end() > place) {
                return matcher.start();
            }
        }
        return place;
    }

    /** How many bytes the first characters are, also where some are none. */
    private static int bytesOf(int characters, byte[] text, Charset charset) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .decode(bytes, CharBuffer.allocate(characters), true);
        return bytes.position();
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

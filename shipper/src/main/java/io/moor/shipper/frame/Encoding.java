package io.moor.shipper.frame;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The encoding of a file as far as framing needs it: how it writes a line end, and which byte order
 * marks say which of its variants a file is in. Immutable.
 */
public final class Encoding {

    /** The default. */
    public static final Encoding UTF_8 = parse("UTF-8");

    private static final byte[] NOTHING = {};

    private final String name;
    private final LineEnds byDefault;
    private final List<Variant> variants;

    /** A variant of the encoding that a byte order mark tells. */
    private static final class Variant {
        private final byte[] mark;
        private final LineEnds ends;

        Variant(Charset charset) {
            this.mark = "\uFEFF".getBytes(charset);
            this.ends = Encoding.ends(charset);
        }
    }

    private Encoding(String name, LineEnds byDefault, List<Variant> variants) {
        this.name = name;
        this.byDefault = byDefault;
        this.variants = variants;
    }

    /**
     * @param name a charset's name, case and aliases as the JDK knows them
     * @throws IllegalArgumentException when the JDK has no such charset, or it has no line ends
     */
    public static Encoding parse(String name) {
        Charset charset;
        try {
            charset = Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new IllegalArgumentException(
                    "'"
                            + name
                            + "' is no encoding that this Java knows; examples: UTF-8, UTF-16,"
                            + " UTF-16LE, x-windows-949, EUC-KR, Shift_JIS, GB18030",
                    e);
        }
        return switch (charset.name().toUpperCase(Locale.ROOT)) {
            case "UTF-8" -> marked(charset, charset);
            case "UTF-16" -> marked(charset, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE);
            case "X-UTF-16LE-BOM" ->
                    marked(charset, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
            case "UTF-16BE" -> marked(charset, StandardCharsets.UTF_16BE);
            case "UTF-16LE" -> marked(charset, StandardCharsets.UTF_16LE);
            case "UTF-32", "X-UTF-32BE-BOM" ->
                    marked(charset, StandardCharsets.UTF_32BE, StandardCharsets.UTF_32LE);
            case "X-UTF-32LE-BOM" ->
                    marked(charset, StandardCharsets.UTF_32LE, StandardCharsets.UTF_32BE);
            case "UTF-32BE" -> marked(charset, StandardCharsets.UTF_32BE);
            case "UTF-32LE" -> marked(charset, StandardCharsets.UTF_32LE);
            default -> new Encoding(charset.name(), ends(charset), List.of());
        };
    }

    /** The first variant is the one of a file without a mark. */
    private static Encoding marked(Charset charset, Charset... variants) {
        List<Variant> all = Arrays.stream(variants).map(Variant::new).toList();
        return new Encoding(charset.name(), all.getFirst().ends, all);
    }

    private static LineEnds ends(Charset charset) {
        byte[] feed = encoded(charset, '\n');
        if (feed == null) {
            throw new IllegalArgumentException(
                    "the encoding '" + charset.name() + "' has no line ends, so no lines");
        }
        byte[] carriageReturn = encoded(charset, '\r');
        return new LineEnds(
                charset,
                feed,
                carriageReturn == null || carriageReturn.length != feed.length
                        ? NOTHING
                        : carriageReturn);
    }

    /** The bytes of a character in the middle of a text: without marks and escape sequences. */
    private static byte @Nullable [] encoded(Charset charset, char character) {
        try {
            if (charset.canEncode()) {
                byte[] before = strictly(charset, "a");
                byte[] with = strictly(charset, "a" + character);
                if (with.length > before.length
                        && Arrays.equals(before, 0, before.length, with, 0, before.length)) {
                    return Arrays.copyOfRange(with, before.length, with.length);
                }
                return null;
            }
            CharBuffer decoded =
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(new byte[] {(byte) character}));
            boolean same = decoded.length() == 1 && decoded.charAt(0) == character;
            return same ? new byte[] {(byte) character} : null;
        } catch (CharacterCodingException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static byte[] strictly(Charset charset, String text) throws CharacterCodingException {
        ByteBuffer encoded =
                charset.newEncoder()
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /**
     * The variant that a file is in.
     *
     * @param head holds the first bytes of the file
     */
    LineEnds ends(byte[] head, int from, int to) {
        for (Variant variant : variants) {
            if (begins(head, from, to, variant.mark)) {
                return variant.ends;
            }
        }
        return byDefault;
    }

    /** Length of the byte order mark at the head of a file, 0 for none. */
    int markLength(byte[] head, int from, int to) {
        for (Variant variant : variants) {
            if (begins(head, from, to, variant.mark)) {
                return variant.mark.length;
            }
        }
        return 0;
    }

    /** Length of the longest byte order mark. */
    int longestMark() {
        return variants.stream().mapToInt(each -> each.mark.length).max().orElse(0);
    }

    private static boolean begins(byte[] head, int from, int to, byte[] mark) {
        return to - from >= mark.length
                && Arrays.equals(head, from, from + mark.length, mark, 0, mark.length);
    }

    /** Canonical name of the charset. */
    public String name() {
        return name;
    }

    /** The charset of a file without a byte order mark. */
    Charset charset() {
        return byDefault.charset();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Encoding that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}

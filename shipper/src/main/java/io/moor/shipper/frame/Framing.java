package io.moor.shipper.frame;

import java.util.Locale;

/**
 * How the files of a source become records.
 *
 * @param input how lines are framed in the file
 * @param encoding of the file
 * @param multiline how lines are joined to events
 */
public record Framing(Input input, Encoding encoding, Multiline multiline) {

    /** Lines of UTF-8. */
    public static final Framing LINES = new Framing(Input.PLAIN, Encoding.UTF_8, Multiline.NONE);

    /** Who wrote the file. */
    public enum Input {
        /** The application. */
        PLAIN,
        /** A Kubernetes container runtime. */
        CRI,
        /** Docker's {@code json-file} driver. */
        DOCKER,
        /** Moor, from systemd's journal: a line of JSON for each entry. */
        JOURNAL
    }

    public Framing {
        if (input != Input.PLAIN && !encoding.equals(Encoding.UTF_8)) {
            throw new IllegalArgumentException(
                    "'input: "
                            + input.name().toLowerCase(Locale.ROOT)
                            + "' is always UTF-8; take 'encoding: "
                            + encoding
                            + "' away");
        }
        if (input == Input.JOURNAL && multiline.joins()) {
            throw new IllegalArgumentException(
                    "'input: journal' makes one record of an entry; take 'multiline' away");
        }
    }

    /** Cuts the files of one stream. */
    public Framer framer(Limits limits) {
        return switch (input) {
            case PLAIN, JOURNAL ->
                    multiline.joins()
                            ? new MultilineFramer(encoding, limits, multiline)
                            : new LineFramer(encoding, limits);
            case CRI -> ContainerFramer.cri(limits, multiline);
            case DOCKER -> ContainerFramer.docker(limits, multiline);
        };
    }
}

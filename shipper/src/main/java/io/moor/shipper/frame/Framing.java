package io.moor.shipper.frame;

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
        DOCKER
    }

    public Framing {
        if (input != Input.PLAIN && !encoding.equals(Encoding.UTF_8)) {
            throw new IllegalArgumentException(
                    "'input: "
                            + (input == Input.CRI ? "cri" : "docker")
                            + "' is always UTF-8; take 'encoding: "
                            + encoding
                            + "' away");
        }
    }

    /** Cuts the files of one stream. */
    public Framer framer(Limits limits) {
        return switch (input) {
            case PLAIN ->
                    multiline.joins()
                            ? new MultilineFramer(encoding, limits, multiline)
                            : new LineFramer(encoding, limits);
            case CRI -> ContainerFramer.cri(limits, multiline);
            case DOCKER -> ContainerFramer.docker(limits, multiline);
        };
    }
}

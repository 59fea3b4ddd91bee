package io.moor.shipper.stream;

import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The record key: {@code GROUP/SLOT/INSTANCE/SOURCE/PATH}. Parts that do not exist are {@code -};
 * {@code /} and {@code %} inside a part are percent-encoded; PATH stays as it is, without its first
 * slash. On a volume INSTANCE is {@code -} and PATH is {@code VOLUME:relative/path}.
 */
public record StreamKey(String value) {

    /** In place of the path of what is no file. */
    public static final String NO_FILE = "-";

    /**
     * @param scope whose stream
     * @param source name of the source
     * @param file real path of the logical file
     */
    public static StreamKey of(StreamScope scope, String source, Path file) {
        Optional<String> instance =
                scope.volume().isPresent() ? Optional.empty() : scope.instance();
        return new StreamKey(
                String.join(
                        "/",
                        part(scope.group()),
                        part(scope.slot().map(String::valueOf)),
                        part(instance),
                        part(Optional.of(source)),
                        scope.volume().map(volume -> volume.id() + ":").orElse("")
                                + relative(scope, file)));
    }

    /** Of a source: an input that is no file has one stream, whose PATH is {@code -}. */
    public static StreamKey of(StreamScope scope, SourceConfig source, Path file) {
        if (source.spool() == null) {
            return of(scope, source.name(), file);
        }
        return new StreamKey(
                String.join(
                        "/",
                        part(scope.group()),
                        part(scope.slot().map(String::valueOf)),
                        part(scope.instance()),
                        part(Optional.of(source.name())),
                        NO_FILE));
    }

    /**
     * The path as keys and checkpoints hold it: relative to the volume, or absolute without the
     * first slash.
     */
    public static String relative(StreamScope scope, Path file) {
        return scope.volume()
                .map(volume -> volume.root().relativize(file).toString())
                .orElseGet(() -> file.toString().substring(1));
    }

    /** The inverse of {@link #relative}. */
    public static Path absolute(StreamScope scope, String path) {
        return scope.volume()
                .map(volume -> volume.root().resolve(path))
                .orElseGet(() -> Path.of("/" + path));
    }

    /** UTF-8, as on the wire. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static String part(Optional<String> part) {
        return part.filter(text -> !text.isEmpty())
                .map(text -> text.replace("%", "%25").replace("/", "%2F"))
                .orElse("-");
    }

    @Override
    public String toString() {
        return value;
    }
}

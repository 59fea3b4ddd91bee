package io.moor.shipper.config;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Reads a YAML file into a record. Keys are the record's component names in kebab-case. A component
 * may be text, a boolean, a number, an enum, a {@link java.time.Duration}, {@link ByteSize}, {@link
 * Path}, {@link java.net.URI}, {@link HostPort}, {@link Secret}, any type with a {@code static
 * parse(String)}, another record, or a {@code List} or {@code Map<String, …>} of these. A missing
 * key is null for a {@link Nullable} component, its {@link Default}, or a problem. {@link
 * IllegalArgumentException}s of compact constructors are problems at the line of their mapping.
 */
public final class ConfigFile {

    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 20;

    private ConfigFile() {}

    /**
     * @throws ConfigException with every problem at once
     */
    public static <T extends Record> T load(Path file, Class<T> type) throws ConfigException {
        return parse(file.toString(), text(file), type);
    }

    /**
     * Like {@link #load} for a text that is already here.
     *
     * @param name what problems call it
     */
    public static <T extends Record> T parse(String name, String yaml, Class<T> type)
            throws ConfigException {
        return parse(name, yaml, type, System::getenv);
    }

    /**
     * Like {@link #parse(String, String, Class)} in another environment.
     *
     * @param environment the value of a variable, null when it is not set
     */
    public static <T extends Record> T parse(
            String name, String yaml, Class<T> type, Function<String, @Nullable String> environment)
            throws ConfigException {
        var problems = new Problems(name);
        var node = compose(yaml, problems);
        problems.throwIfAny();
        var reader = new RecordReader(problems, new Interpolation(environment, problems));
        var value = node == null ? null : reader.record(node, type, problems.fileName());
        problems.throwIfAny();
        return type.cast(Objects.requireNonNull(value));
    }

    private static String text(Path file) throws ConfigException {
        try {
            if (Files.isDirectory(file)) {
                throw problem(file, "is a directory; name a YAML file");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw problem(file, "is larger than 1MiB; is it the right file?");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw problem(file, "no such file; check the path");
        } catch (CharacterCodingException e) {
            throw problem(file, "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw problem(file, "cannot be read; check its permissions");
        }
    }

    private static ConfigException problem(Path file, String text) {
        return new ConfigException(List.of(file + ": " + text));
    }

    private static @Nullable Node compose(String yaml, Problems problems) {
        var options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setCodePointLimit(FILE_BYTES_MAX);
        try {
            var documents =
                    new Yaml(new SafeConstructor(options))
                            .composeAll(new StringReader(yaml))
                            .iterator();
            if (!documents.hasNext()) {
                problems.add(0, "the file is empty; write 'key: value' lines");
                return null;
            }
            var first = documents.next();
            if (documents.hasNext()) {
                problems.add(
                        documents.next().getStartMark().getLine() + 1,
                        "a second YAML document begins here; one file holds one document");
            }
            return first;
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            problems.add(
                    mark == null ? 0 : mark.getLine() + 1,
                    "not YAML: " + e.getProblem() + hint(e.getProblem()));
            return null;
        } catch (YAMLException e) {
            problems.add(0, "not YAML: " + e.getMessage());
            return null;
        }
    }

    /** {@code {a: ${env:X}}} is the usual slip: in braces the text needs quotes. */
    private static String hint(@Nullable String problem) {
        return problem != null && problem.contains("but got {")
                ? "; inside braces and brackets put ${…} in quotes"
                : "";
    }
}

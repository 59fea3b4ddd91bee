package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns a configuration of another shipper into a {@code logs:} section. */
public final class Importer {

    private static final Pattern CONFIG_MAP =
            Pattern.compile("(?m)^kind:\\s*(ConfigMap|Secret)\\b");

    private Importer() {}

    /**
     * Reads a file, and those that it includes.
     *
     * @param kind whose configuration it is; null to tell by its text
     * @throws ConfigException when it cannot be read or understood, with file and line
     */
    public static Imported load(Path file, @Nullable Kind kind) throws ConfigException {
        Includes includes = new Includes(Optional.of(file));
        return read(includes.read(file), kind, includes);
    }

    /**
     * Reads a text that came from somewhere else; what it includes by a relative name is not found.
     *
     * @param name what findings call it
     * @param kind whose configuration it is; null to tell by its text
     * @throws ConfigException when it cannot be understood, with its line
     */
    public static Imported parse(String name, String text, @Nullable Kind kind)
            throws ConfigException {
        return read(new Text(name, text), kind, new Includes(Optional.empty()));
    }

    private static Imported read(Text text, @Nullable Kind wanted, Includes includes)
            throws ConfigException {
        if (CONFIG_MAP.matcher(text.content()).find()) {
            throw wrong(
                    text,
                    0,
                    "is an object of Kubernetes; write the files under its 'data' into a directory"
                            + " and import the main one");
        }
        Kind kind =
                wanted != null
                        ? wanted
                        : Kind.of(text.name(), text.content())
                                .orElseThrow(() ->
                                        wrong(
                                                text,
                                                0,
                                                "is of no kind that is known; say --from"
                                                        + " fluent-bit, filebeat or rsyslog"));
        Drafts drafts =
                switch (kind) {
                    case FLUENT_BIT -> FluentBitImport.read(text, includes);
                    case FILEBEAT -> FilebeatImport.read(text, includes);
                    case RSYSLOG -> RsyslogImport.read(text, includes);
                };
        SectionCheck.apply(drafts);
        tellOfFilesOfTwo(drafts);
        String yaml =
                drafts.logs.isEmpty() ? "" : heading(kind, text) + SectionWriter.write(drafts);
        return new Imported(kind, yaml, drafts.logs.size(), drafts.findings.inOrder());
    }

    private static String heading(Kind kind, Text text) {
        return "# Made of "
                + text.name().replaceAll("[\\r\\n]", " ")
                + " ("
                + kind.title()
                + ") by moor ship import. Use it with moor ship --config FILE --state DIR, or\n"
                + "# copy kafka and logs into sidecar.yaml.\n";
    }

    /** Others read a file for each input that names it. */
    private static void tellOfFilesOfTwo(Drafts drafts) {
        for (int i = 0; i < drafts.logs.size(); i++) {
            for (int j = i + 1; j < drafts.logs.size(); j++) {
                Draft first = drafts.logs.get(i);
                Draft second = drafts.logs.get(j);
                for (String glob : second.files) {
                    if (first.files.stream().anyMatch(each -> Globs.mayMeet(each, glob))) {
                        drafts.findings.note(
                                new Setting(second.origin.place(), "source", second.name),
                                "a file that also matches '"
                                        + first.name
                                        + "' is shipped once, as part of that one; 'exclude' it"
                                        + " there if it should not");
                        break;
                    }
                }
            }
        }
    }

    static ConfigException wrong(Text text, int line, String problem) {
        return wrong(new Place(text.name(), line), problem);
    }

    static ConfigException wrong(Place place, String problem) {
        return new ConfigException(List.of(place + ": " + problem));
    }
}

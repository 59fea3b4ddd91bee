package io.moor.shipper.spool;

import io.moor.shipper.config.Default;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * systemd's journal.
 *
 * @param units of these units; all when empty
 * @param matches {@code FIELD=VALUE}, as journalctl takes them: several values of a field are
 *     alternatives, several fields must all match
 * @param directory of journal files; null for this machine's journal
 * @param files journal files, in place of a directory
 */
public record Journal(
        @Default("[]") List<String> units,
        @Default("[]") List<String> matches,
        @Nullable Path directory,
        @Default("[]") List<Path> files)
        implements SpoolConfig.Input {

    private static final Pattern MATCH = Pattern.compile("[A-Z0-9_]+=.*", Pattern.DOTALL);

    /** Everything in this machine's journal. */
    public static final Journal EVERYTHING = new Journal(List.of(), List.of(), null, List.of());

    public Journal {
        units = List.copyOf(units);
        matches = List.copyOf(matches);
        files = List.copyOf(files);
        for (String match : matches) {
            if (!MATCH.matcher(match).matches()) {
                throw new IllegalArgumentException(
                        "a match of the journal is FIELD=VALUE, not '" + match + "'");
            }
        }
        if (units.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a unit of the journal has a name");
        }
        if (directory != null && !files.isEmpty()) {
            throw new IllegalArgumentException(
                    "the journal is read from a directory or from files, not from both");
        }
    }
}

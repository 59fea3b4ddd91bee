package io.moor.volumes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The mounts that a process sees, oldest first, proc_pid_mountinfo(5).
 *
 * @param entries in the kernel's order
 */
record MountTable(List<MountEntry> entries) {

    private static final Path OWN = Path.of("/proc/self/mountinfo");

    MountTable {
        entries = List.copyOf(entries);
    }

    /** The mounts of this process, as they are now. */
    static MountTable read() throws VolumeException {
        try {
            return read(OWN);
        } catch (IOException e) {
            // An unreadable table is not an empty one.
            throw Failures.storage("the mount table cannot be read", e);
        }
    }

    static MountTable read(Path mountinfo) throws IOException {
        // Names are bytes to the kernel; what is not UTF-8 cannot be a path of ours.
        String text = new String(Files.readAllBytes(mountinfo), StandardCharsets.UTF_8);
        List<MountEntry> entries = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                entries.add(parse(line));
            }
        }
        return new MountTable(entries);
    }

    /** All mounts at exactly this path; the last one hides the others. */
    List<MountEntry> at(Path point) {
        return entries.stream().filter(entry -> entry.point().equals(point)).toList();
    }

    /** What a look at this path shows, if it is a mount point. */
    Optional<MountEntry> topAt(Path point) {
        List<MountEntry> all = at(point);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** Mounts strictly below a path. */
    List<MountEntry> below(Path path) {
        return entries.stream()
                .filter(entry -> entry.point().startsWith(path) && !entry.point().equals(path))
                .toList();
    }

    /** The mount that a path, absolute and without symbolic links, is on. */
    Optional<MountEntry> containing(Path path) {
        MountEntry best = null;
        for (MountEntry entry : entries) {
            boolean longer =
                    best == null || entry.point().getNameCount() >= best.point().getNameCount();
            if (path.startsWith(entry.point()) && longer) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    static MountEntry parse(String line) throws IOException {
        List<String> fields = Arrays.asList(line.split(" "));
        int separator = fields.indexOf("-");
        if (separator < 6 || fields.size() < separator + 4) {
            throw new IOException("not a line of a mount table: " + line);
        }
        List<String> optional = fields.subList(6, separator);
        return new MountEntry(
                Long.parseLong(fields.get(0)),
                fields.get(2),
                decode(fields.get(3)),
                Path.of(decode(fields.get(4))),
                options(fields.get(5)),
                tagged(optional, "shared:"),
                tagged(optional, "master:"),
                fields.get(separator + 1),
                decode(fields.get(separator + 2)),
                options(fields.get(separator + 3)));
    }

    private static Set<String> options(String field) {
        return Arrays.stream(field.split(",")).collect(Collectors.toSet());
    }

    private static Optional<String> tagged(List<String> fields, String tag) {
        return fields.stream()
                .filter(field -> field.startsWith(tag))
                .map(field -> field.substring(tag.length()))
                .findFirst();
    }

    /** The kernel writes blank, tab, newline and backslash as three octal digits. */
    static String decode(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder(field.length());
        int at = 0;
        while (at < field.length()) {
            char next = field.charAt(at);
            if (next == '\\' && isOctal(field, at + 1)) {
                text.append((char) Integer.parseInt(field.substring(at + 1, at + 4), 8));
                at += 4;
            } else {
                text.append(next);
                at++;
            }
        }
        return text.toString();
    }

    private static boolean isOctal(String field, int from) {
        return from + 3 <= field.length()
                && field.substring(from, from + 3).chars().allMatch(c -> c >= '0' && c <= '7');
    }
}

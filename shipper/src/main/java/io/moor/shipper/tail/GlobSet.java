package io.moor.shipper.tail;

import io.moor.shipper.SourceConfig;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The globs of one source: which paths it takes, and where to look for them. */
public final class GlobSet {

    private static final Pattern SPECIAL = Pattern.compile("[*?\\[{\\\\]");
    private static final int ANY_DEPTH = 64;

    private final SourceConfig source;
    private final List<PathMatcher> includes;
    private static final String ANY_DIRECTORIES = "/**/";

    private final List<Exclude> excludes;
    private final List<Base> bases;

    public GlobSet(SourceConfig source) {
        this.source = source;
        this.includes = source.files().stream().map(GlobSet::matcher).toList();
        this.excludes =
                source.exclude().stream()
                        .map(glob -> new Exclude(matcher(glob), !glob.contains("/")))
                        .toList();
        this.bases = source.files().stream().map(GlobSet::base).toList();
    }

    /**
     * A directory to look into.
     *
     * @param directory the longest prefix of a glob without special characters
     * @param depth how many levels below it can match
     */
    record Base(Path directory, int depth) {}

    private record Exclude(PathMatcher matcher, boolean nameOnly) {
        boolean matches(Path path) {
            Path name = path.getFileName();
            return matcher.matches(path) || (nameOnly && name != null && matcher.matches(name));
        }
    }

    public SourceConfig source() {
        return source;
    }

    List<Base> bases() {
        return bases;
    }

    /** Whether a path is to be shipped. */
    public boolean matches(Path path) {
        return includes.stream().anyMatch(include -> include.matches(path)) && !isExcluded(path);
    }

    public boolean isExcluded(Path path) {
        return excludes.stream().anyMatch(exclude -> exclude.matches(path));
    }

    private static PathMatcher matcher(String glob) {
        return matcher(glob, 0);
    }

    /** Java's {@code **} between slashes stands for a directory at least; users mean none, too. */
    private static PathMatcher matcher(String glob, int from) {
        int at = glob.indexOf(ANY_DIRECTORIES, from);
        if (at < 0) {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        }
        int rest = at + ANY_DIRECTORIES.length() - 1;
        PathMatcher some = matcher(glob, rest);
        PathMatcher none = matcher(glob.substring(0, at) + glob.substring(rest), at);
        return path -> some.matches(path) || none.matches(path);
    }

    private static Base base(String glob) {
        List<String> fixed = new ArrayList<>();
        String[] parts = glob.split("/");
        int at = 0;
        while (at < parts.length - 1 && !SPECIAL.matcher(parts[at]).find()) {
            fixed.add(parts[at++]);
        }
        String prefix = String.join("/", fixed);
        return new Base(
                Path.of(prefix.isEmpty() ? "/" : prefix),
                glob.contains("**") ? ANY_DEPTH : parts.length - at - 1);
    }
}

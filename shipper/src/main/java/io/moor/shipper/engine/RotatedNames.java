package io.moor.shipper.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a name is what rotation makes of another: {@code app.log.1}, {@code app-2026-11-21.log}.
 */
final class RotatedNames {

    private static final Pattern TURN = Pattern.compile("[._-](\\d[\\dT:._-]*|old|bak|prev)");

    private static final String SEPARATORS = "._-";

    private RotatedNames() {}

    /**
     * The files that a name may be a rotation of, itself among them: two files of one stream have
     * one in common, also when the stream was first seen under a rotated name.
     */
    static List<Path> bases(Path file) {
        String name = String.valueOf(file.getFileName());
        List<Path> bases = new ArrayList<>();
        bases.add(file);
        for (int from = 1; from < name.length(); from++) {
            if (SEPARATORS.indexOf(name.charAt(from)) >= 0) {
                add(bases, file, name.substring(0, from));
                for (int to = name.indexOf('.', from + 1); to > 0; to = name.indexOf('.', to + 1)) {
                    add(bases, file, name.substring(0, from) + name.substring(to));
                }
            }
        }
        return bases;
    }

    private static void add(List<Path> bases, Path file, String base) {
        Path path = file.resolveSibling(base);
        if (isRotationOf(file, path)) {
            bases.add(path);
        }
    }

    /** Whether two names can be of one stream. */
    static boolean areRelated(Path one, Path other) {
        return !Collections.disjoint(bases(one), bases(other));
    }

    static boolean isRotationOf(Path candidate, Path live) {
        String name = String.valueOf(candidate.getFileName());
        String base = String.valueOf(live.getFileName());
        if (name.startsWith(base)) {
            return TURN.matcher(name.substring(base.length())).matches();
        }
        int dot = base.lastIndexOf('.');
        if (dot <= 0) {
            return false;
        }
        String stem = base.substring(0, dot);
        String extension = base.substring(dot);
        return name.startsWith(stem)
                && name.endsWith(extension)
                && name.length() > base.length()
                && TURN.matcher(name.substring(stem.length(), name.length() - extension.length()))
                        .matches();
    }
}

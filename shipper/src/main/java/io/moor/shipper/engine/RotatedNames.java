package io.moor.shipper.engine;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Whether a name is what rotation makes of another: {@code app.log.1}, {@code app-2026-11-21.log}.
 */
final class RotatedNames {

    private static final Pattern TURN = Pattern.compile("[._-](\\d[\\dT:._-]*|old|bak|prev)");

    private RotatedNames() {}

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

package io.moor.shipper.hint;

import java.nio.file.Path;
import java.util.Set;

/**
 * What changed since the last question, as far as the system told.
 *
 * @param files written, under the real paths of their directories
 * @param directories whether names came, went or moved, or a directory itself did
 * @param everything whether more changed than was kept account of: then everything is to be looked
 *     at
 */
public record Changes(Set<Path> files, boolean directories, boolean everything) {

    public static final Changes NONE = new Changes(Set.of(), false, false);

    public Changes {
        files = Set.copyOf(files);
    }
}

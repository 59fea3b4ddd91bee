package io.moor.shipper.hint;

import java.nio.file.Path;
import java.util.Set;

/** Where the system tells nothing. */
public final class NoHints implements ChangeHints {

    @Override
    public Set<Path> watch(Set<Path> directories) {
        return Set.of();
    }

    @Override
    public Changes take() {
        return Changes.NONE;
    }

    @Override
    public void close() {}
}

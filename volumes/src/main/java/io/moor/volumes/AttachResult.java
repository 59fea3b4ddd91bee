package io.moor.volumes;

import java.nio.file.Path;

/**
 * A volume that is usable now.
 *
 * @param path where it is
 * @param how {@code loop-mount}, {@code bind-mount} or {@code symlink}
 * @param check what the file system check before use said, in words; empty when none was needed
 */
public record AttachResult(Path path, String how, String check) {}

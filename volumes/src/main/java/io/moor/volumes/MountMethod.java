package io.moor.volumes;

/** How a {@code directory} volume appears at a path. */
public enum MountMethod {
    /** A bind mount: needs root, can be read-only, takes the volume away for real on detach. */
    BIND,
    /** A symbolic link: needs no privileges, cannot be read-only. */
    SYMLINK
}

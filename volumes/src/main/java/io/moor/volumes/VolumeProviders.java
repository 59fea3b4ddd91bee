package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens volume providers by the type that configurations name. */
public final class VolumeProviders {

    /** The types that {@link #open} knows. */
    public static final List<String> TYPES = List.of(DirectoryFormat.TYPE, ImageFormat.TYPE);

    /** What an instance that was just killed gets to disappear from this machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private VolumeProviders() {}

    /**
     * Opens a provider whose volumes live under a directory on shared storage. Volumes of type
     * {@code directory} are bind-mounted where this process may mount, and linked where it may not.
     *
     * @param type one of {@link #TYPES}
     * @param root where the provider keeps its volumes; created when missing
     * @throws VolumeException when the type is unknown or the root is not a writable directory
     */
    public static VolumeProvider open(String type, Path root) throws VolumeException {
        return open(type, root, Privileges.mayMount() ? MountMethod.BIND : MountMethod.SYMLINK);
    }

    /**
     * As {@link #open(String, Path)}, with an explicit way to attach volumes of type {@code
     * directory}; volumes of type {@code image} are always mounted.
     */
    public static VolumeProvider open(String type, Path root, MountMethod method)
            throws VolumeException {
        return open(type, root, method, PATIENCE);
    }

    static VolumeProvider open(String type, Path root, MountMethod method, Duration patience)
            throws VolumeException {
        if (!TYPES.contains(type)) {
            throw new VolumeException(
                    "there is no volume provider '"
                            + type
                            + "': use one of "
                            + String.join(", ", TYPES),
                    false);
        }
        VolumeFiles files = new VolumeFiles(writable(root));
        Commands commands = new Commands();
        if (type.equals(ImageFormat.TYPE)) {
            NodePart node = new ImageAttacher(files, commands, patience);
            return provider(type, files, new ImageFormat(files, commands, node), node);
        }
        NodePart node =
                switch (method) {
                    case BIND -> new BindAttacher(files, commands, patience);
                    case SYMLINK -> new SymlinkAttacher(files, commands);
                };
        return provider(type, files, new DirectoryFormat(files, node), node);
    }

    private static VolumeProvider provider(
            String type, VolumeFiles files, VolumeFormat format, NodePart node) {
        return new StorageProvider(type, new VolumeStore(files, format), node);
    }

    private static Path writable(Path root) throws VolumeException {
        try {
            Path real = Files.createDirectories(root.toAbsolutePath()).toRealPath();
            // Asking the access bits is not enough: a read-only mount refuses root as well.
            Files.delete(Files.createTempFile(real, ".probe-", null));
            return real;
        } catch (IOException e) {
            throw new VolumeException(
                    "volumes cannot be kept in '"
                            + root
                            + "': it must be a directory that this user may write to ("
                            + Failures.words(e)
                            + ")",
                    false,
                    e);
        }
    }

    /** Why a provider that can create volumes cannot attach them here; empty when it can. */
    static Optional<String> whyNoMount() {
        return Privileges.mayMount()
                ? Optional.empty()
                : Optional.of("mounting needs root (the capability CAP_SYS_ADMIN)");
    }
}

package io.moor.volumes;

import java.time.Duration;
import java.util.List;

/**
 * Takes a mount away and believes it only when the kernel's table says so. Never lazily and never
 * by force: both leave processes that write to a volume which was given away.
 */
record Unmounting(Commands commands) {

    /** Unmounting writes what is still in memory; that takes long on slow storage. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The search only explains; nothing depends on its end. */
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(2);

    /**
     * @param alone whether other mounts of the same data count as users of the volume
     * @throws VolumeException when it is busy; the message names the users
     */
    void unmount(VolumeId id, MountEntry entry, boolean alone) throws VolumeException {
        MountTable table = MountTable.read();
        if (table.topAt(entry.point()).filter(top -> top.is(entry)).isEmpty()) {
            throw busy(id, entry, "something else is mounted over it");
        }
        List<MountEntry> below = table.below(entry.point());
        if (!below.isEmpty()) {
            throw busy(id, entry, "something is mounted at " + below.getFirst().point());
        }
        List<String> others =
                alone ? OtherMounts.of(entry.device(), entry.root(), List.of(entry)) : List.of();
        if (!others.isEmpty()) {
            throw busy(id, entry, String.join(", ", others));
        }
        CommandResult result =
                commands.run(LIMIT, "umount", "--no-canonicalize", entry.point().toString());
        if (isGone(entry)) {
            return;
        }
        Holders.Findings holders = Holders.of(entry.point(), SEARCH_LIMIT);
        throw busy(id, entry, holders.holders().isEmpty() ? result.words() : holders.words());
    }

    private static boolean isGone(MountEntry entry) throws VolumeException {
        return MountTable.read().entries().stream().noneMatch(e -> e.is(entry));
    }

    private static VolumeException busy(VolumeId id, MountEntry entry, String why) {
        return new VolumeException(
                "volume "
                        + id
                        + " at "
                        + entry.point()
                        + " is busy: "
                        + why
                        + "; stop that and try again",
                true);
    }
}

package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the bucket alone knows of snapshots, for the day when the commit log is lost. It reads every
 * root of a volume, and is not for every day. Thread-safe.
 */
public final class BucketCatalog {

    private static final int PAGE = 1_000;

    private final Repository repository;

    public BucketCatalog(Repository repository) {
        this.repository = repository;
    }

    /** How sure it is that a root was committed. */
    public enum Standing {
        /** It has a mark, or a committed root is based on it. */
        COMMITTED,
        /** Follows the last committed root: committed just before everything ended, or never. */
        UNDECIDED,
        /** Another root took its place, or its writer was refused: garbage. */
        LOST
    }

    /** A root of the bucket. */
    public record Found(Root root, Standing standing) {}

    /** The volumes that have roots, in order of their names. */
    public List<VolumeId> volumes() throws IOException {
        List<VolumeId> volumes = new ArrayList<>();
        String folder = repository.prefix() + "v/";
        String after = "";
        while (true) {
            List<ObjectStore.StoredObject> next = repository.store().list(folder, after, 1);
            if (next.isEmpty()) {
                return volumes;
            }
            VolumeId volume = parse(next.getFirst().key().substring(folder.length())).volume();
            volumes.add(volume);
            // Digits are all that follows a volume's slash.
            after = folder + volume + "/:";
        }
    }

    /**
     * All roots of a volume, in order of epoch and sequence.
     *
     * @throws CorruptObjectException when one of them is damaged: what it says of its parent may
     *     matter
     */
    public List<Found> snapshots(VolumeId volume) throws IOException {
        Set<RootKey> committed = new HashSet<>(keys("c/", volume));
        List<Root> roots = new ArrayList<>();
        for (RootKey key : keys("v/", volume)) {
            Optional<Root> root = RootCodec.fetch(repository, key);
            root.ifPresent(roots::add);
        }
        for (Root root : roots.reversed()) {
            if (committed.contains(root.key())) {
                root.parent().ifPresent(committed::add);
            }
        }
        Optional<RootKey> head =
                roots.reversed().stream().map(Root::key).filter(committed::contains).findFirst();
        Set<RootKey> undecided = new HashSet<>();
        List<Found> found = new ArrayList<>();
        for (Root root : roots) {
            boolean follows =
                    root.parent().equals(head)
                            || root.parent().filter(undecided::contains).isPresent();
            if (committed.contains(root.key())) {
                found.add(new Found(root, Standing.COMMITTED));
            } else if (follows) {
                undecided.add(root.key());
                found.add(new Found(root, Standing.UNDECIDED));
            } else {
                found.add(new Found(root, Standing.LOST));
            }
        }
        return found;
    }

    /** The last root that is known to be committed. */
    public Optional<Root> head(VolumeId volume) throws IOException {
        return snapshots(volume).reversed().stream()
                .filter(found -> found.standing() == Standing.COMMITTED)
                .map(Found::root)
                .findFirst();
    }

    private List<RootKey> keys(String folder, VolumeId volume) throws IOException {
        String prefix = repository.prefix() + folder;
        List<RootKey> keys = new ArrayList<>();
        String after = "";
        while (true) {
            List<ObjectStore.StoredObject> page =
                    repository.store().list(prefix + volume + "/", after, PAGE);
            for (ObjectStore.StoredObject object : page) {
                keys.add(parse(object.key().substring(prefix.length())));
            }
            if (page.size() < PAGE) {
                return keys;
            }
            after = page.getLast().key();
        }
    }

    private static RootKey parse(String key) throws CorruptObjectException {
        try {
            return RootKey.parse(key);
        } catch (IllegalArgumentException e) {
            throw new CorruptObjectException(key, "this is no name of a root");
        }
    }
}

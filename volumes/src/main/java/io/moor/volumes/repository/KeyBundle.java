package io.moor.volumes.repository;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The secret of a repository, wrapped by master keys; the bundle of the highest version counts. */
final class KeyBundle {

    /** Seals of what is read before there is a key. */
    static final RepositoryKeys NO_KEYS = RepositoryKeys.unencrypted(new RandomId(0, 0));

    private static final String FOLDER = "k/";
    private static final int MOST_KEYS = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String key;
    private final RandomId repository;
    private final List<Wrapped> secrets;

    private KeyBundle(String key, RandomId repository, List<Wrapped> secrets) {
        this.key = key;
        this.repository = repository;
        this.secrets = secrets;
    }

    private static final class Wrapped {
        private final byte[] master;
        private final byte[] nonce;
        private final byte[] secret;

        Wrapped(byte[] master, byte[] nonce, byte[] secret) {
            this.master = master;
            this.nonce = nonce;
            this.secret = secret;
        }
    }

    /**
     * Writes the first bundle of a repository that has no configuration yet, or takes over the one
     * of a creation that stopped half-way.
     */
    static RandomId begin(ObjectStore store, String prefix, MasterKey master) throws IOException {
        RandomId fresh = RandomId.create();
        byte[] secret = new byte[MasterKey.BYTES];
        RANDOM.nextBytes(secret);
        byte[] object = encode(key(1), fresh, secret, master);
        if (store.putIfAbsent(prefix + key(1), object, object.length)) {
            return fresh;
        }
        KeyBundle bundle = newest(store, prefix);
        bundle.unwrap(List.of(master));
        return bundle.repository;
    }

    static byte[] secret(
            ObjectStore store, String prefix, RandomId repository, List<MasterKey> candidates)
            throws IOException {
        KeyBundle bundle = newest(store, prefix);
        if (!bundle.repository.equals(repository)) {
            throw new CorruptObjectException(bundle.key, "it is of another repository");
        }
        return bundle.unwrap(candidates);
    }

    static void rotate(
            ObjectStore store, String prefix, RandomId repository, MasterKey old, MasterKey fresh)
            throws IOException {
        byte[] secret = secret(store, prefix, repository, List.of(old));
        KeyBundle newest = newest(store, prefix);
        String next = key(Long.parseLong(newest.key.substring(FOLDER.length())) + 1);
        byte[] object = encode(next, repository, secret, fresh);
        if (!store.putIfAbsent(prefix + next, object, object.length)) {
            throw new RepositoryException(
                    prefix + next + " exists: another rotation was first, look at it and repeat");
        }
    }

    static void removeOld(ObjectStore store, String prefix) throws IOException {
        List<ObjectStore.StoredObject> bundles = list(store, prefix);
        newest(store, prefix);
        for (ObjectStore.StoredObject bundle : bundles.subList(0, bundles.size() - 1)) {
            store.delete(bundle.key());
        }
    }

    private static KeyBundle newest(ObjectStore store, String prefix) throws IOException {
        List<ObjectStore.StoredObject> bundles = list(store, prefix);
        String key = bundles.getLast().key().substring(prefix.length());
        Optional<byte[]> object = Frame.fetch(store, prefix, key);
        if (object.isEmpty()) {
            throw new RepositoryException(prefix + key + " went away while it was read");
        }
        return decode(key, object.get());
    }

    private static List<ObjectStore.StoredObject> list(ObjectStore store, String prefix)
            throws IOException {
        List<ObjectStore.StoredObject> bundles = store.list(prefix + FOLDER, "", 1_000);
        if (bundles.isEmpty()) {
            throw new RepositoryException(
                    "the repository is encrypted and its key bundle "
                            + prefix
                            + FOLDER
                            + " is missing: bring it back from a copy of the bucket");
        }
        return bundles;
    }

    private byte[] unwrap(List<MasterKey> candidates) throws IOException {
        for (MasterKey candidate : candidates) {
            for (Wrapped wrapped : secrets) {
                if (Arrays.equals(wrapped.master, candidate.id())) {
                    return candidate.unwrap(
                            wrapped.secret, wrapped.nonce, context(key, repository), key);
                }
            }
        }
        throw new RepositoryException(
                candidates.isEmpty()
                        ? "the repository is encrypted: a master key is needed"
                        : "the repository is encrypted with another master key");
    }

    private static byte[] encode(String key, RandomId repository, byte[] secret, MasterKey master) {
        byte[] nonce = new byte[MasterKey.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] payload =
                new ByteWriter()
                        .raw(repository.toBytes())
                        .varint(1)
                        .raw(master.id())
                        .raw(nonce)
                        .raw(master.wrap(secret, nonce, context(key, repository)))
                        .toBytes();
        return Frame.write(Frame.KEYS, key, 0, payload.length, payload, NO_KEYS);
    }

    private static KeyBundle decode(String key, byte[] object) throws CorruptObjectException {
        Frame frame = Frame.read(Frame.KEYS, key, object, NO_KEYS);
        ByteReader reader = new ByteReader(frame.payload(), key);
        RandomId repository = RandomId.of(reader.raw(RandomId.BYTES));
        int count = reader.count(MOST_KEYS);
        List<Wrapped> secrets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            secrets.add(
                    new Wrapped(
                            reader.raw(MasterKey.ID_BYTES),
                            reader.raw(MasterKey.NONCE_BYTES),
                            reader.raw(MasterKey.WRAPPED_BYTES)));
        }
        reader.end();
        if (frame.flags() != 0) {
            throw reader.corrupt("it has unknown flags");
        }
        return new KeyBundle(key, repository, secrets);
    }

    private static String key(long version) {
        return FOLDER + "%010d".formatted(version);
    }

    private static byte[] context(String key, RandomId repository) {
        return new ByteWriter()
                .raw(Hashing.ascii("moor wrap"))
                .raw(repository.toBytes())
                .raw(Hashing.ascii(key.substring(FOLDER.length())))
                .toBytes();
    }
}

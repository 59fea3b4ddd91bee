package io.moor.volumes.repository;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A repository of snapshots: a place in object storage, and the keys to it. Immutable, thread-safe.
 */
public final class Repository {

    private static final String CONFIG = "config";
    private static final Pattern TENANT = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final ObjectStore store;
    private final String prefix;
    private final RandomId id;
    private final RepositoryKeys keys;

    private Repository(ObjectStore store, String prefix, RandomId id, RepositoryKeys keys) {
        this.store = store;
        this.prefix = prefix;
        this.id = id;
        this.keys = keys;
    }

    /**
     * Makes a repository, or opens the one that is there: a repeat after any interruption succeeds.
     *
     * @param tenant whose; formed as a volume id
     * @param key encrypts it; empty: not encrypted
     * @throws RepositoryException when there is one that is encrypted otherwise
     */
    public static Repository create(ObjectStore store, String tenant, Optional<MasterKey> key)
            throws IOException {
        String prefix = prefix(tenant);
        if (Frame.fetch(store, prefix, CONFIG).isEmpty()) {
            RandomId id =
                    key.isPresent() ? KeyBundle.begin(store, prefix, key.get()) : RandomId.create();
            byte[] config = config(id, key.isPresent());
            if (!store.putIfAbsent(prefix + CONFIG, config, config.length)) {
                // Somebody else was first, or it was us and the answer was lost: see which below.
                return open(store, tenant, key.stream().toList());
            }
        }
        Repository repository = open(store, tenant, key.stream().toList());
        if (repository.keys.encrypted() != key.isPresent()) {
            throw new RepositoryException(
                    "the repository "
                            + prefix
                            + " is not encrypted and cannot become so: leave the key out, or use"
                            + " another tenant or bucket");
        }
        return repository;
    }

    /**
     * @param candidates master keys, one of which fits; none for a repository without encryption
     * @throws RepositoryException when there is none, or none of the keys fits
     */
    public static Repository open(ObjectStore store, String tenant, List<MasterKey> candidates)
            throws IOException {
        String prefix = prefix(tenant);
        byte[] object =
                Frame.fetch(store, prefix, CONFIG)
                        .orElseThrow(() ->
                                new RepositoryException(
                                        "there is no repository at "
                                                + prefix
                                                + ": create it first"));
        Frame frame = Frame.read(Frame.CONFIG, CONFIG, object, KeyBundle.NO_KEYS);
        ByteReader reader = new ByteReader(frame.payload(), CONFIG);
        if (reader.u8() != 1) {
            throw reader.corrupt("it is of a later version of the format: use a newer Moor");
        }
        RandomId id = RandomId.of(reader.raw(RandomId.BYTES));
        int encrypted = reader.u8();
        reader.end();
        if (frame.flags() != 0 || encrypted > 1) {
            throw reader.corrupt("it has unknown flags");
        }
        RepositoryKeys keys =
                encrypted == 1
                        ? RepositoryKeys.ofSecret(KeyBundle.secret(store, prefix, id, candidates))
                        : RepositoryKeys.unencrypted(id);
        return new Repository(store, prefix, id, keys);
    }

    /**
     * Wraps the secret by a new master key, in a new bundle; nothing else is written. The old
     * bundles stay until {@link #forgetOldKeys}.
     *
     * @param old one of the keys in force
     */
    public void rotate(MasterKey old, MasterKey fresh) throws IOException {
        KeyBundle.rotate(store, prefix, id, old, fresh);
    }

    /** Removes all bundles but the newest: who has only an older master key is locked out. */
    public void forgetOldKeys() throws IOException {
        KeyBundle.removeOld(store, prefix);
    }

    private static byte[] config(RandomId id, boolean encrypted) {
        byte[] payload = new ByteWriter().u8(1).raw(id.toBytes()).u8(encrypted ? 1 : 0).toBytes();
        return Frame.write(Frame.CONFIG, CONFIG, 0, payload.length, payload, KeyBundle.NO_KEYS);
    }

    private static String prefix(String tenant) {
        if (!TENANT.matcher(tenant).matches()) {
            throw new IllegalArgumentException(
                    "a tenant is 1 to 63 lower-case letters, digits and dashes, not '"
                            + tenant
                            + "'");
        }
        return "t/" + tenant + "/";
    }

    ObjectStore store() {
        return store;
    }

    String prefix() {
        return prefix;
    }

    public RandomId id() {
        return id;
    }

    RepositoryKeys keys() {
        return keys;
    }

    String packKey(RandomId pack) {
        return prefix + "p/" + pack;
    }
}

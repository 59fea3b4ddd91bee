package io.moor.volumes.repository;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import javax.crypto.Mac;

/** What a repository's secret is good for. Never printed. */
final class RepositoryKeys {

    private final boolean encrypted;
    private final byte[] ids;
    private final byte[] content;
    private final byte[] gear;

    private RepositoryKeys(boolean encrypted, byte[] ids, byte[] content, byte[] gear) {
        this.encrypted = encrypted;
        this.ids = ids;
        this.content = content;
        this.gear = gear;
    }

    static RepositoryKeys ofSecret(byte[] secret) {
        return new RepositoryKeys(
                true,
                Hashing.hmac(secret, Hashing.ascii("moor id v1")),
                Hashing.hmac(secret, Hashing.ascii("moor content v1")),
                Hashing.hmac(secret, Hashing.ascii("moor gear v1")));
    }

    static RepositoryKeys unencrypted(RandomId repository) {
        return new RepositoryKeys(
                false,
                new byte[0],
                new byte[0],
                Hashing.sha256(Hashing.ascii("moor gear v1"), repository.toBytes()));
    }

    boolean encrypted() {
        return encrypted;
    }

    /** Makes ids of chunks, one at a time; each thread has its own. */
    Supplier<Hash> hashes() {
        return encrypted ? () -> new Keyed(Hashing.hmac(ids)) : () -> new Plain(Hashing.sha256());
    }

    Mac contentKeys() {
        return Hashing.hmac(content);
    }

    long[] gearTable() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            byte[] hash = Hashing.hmac(gear, new byte[] {(byte) i});
            long value = 0;
            for (int b = 7; b >= 0; b--) {
                value = (value << 8) | (hash[b] & 0xFF);
            }
            table[i] = value;
        }
        return table;
    }

    /** The seal of an object's bytes under its key. */
    byte[] seal(String key, byte[] data, int length) {
        Hash hash = hashes().get();
        hash.update(Hashing.ascii("moor seal"), 0, 9);
        byte[] name = (key + "\0").getBytes(StandardCharsets.UTF_8);
        hash.update(name, 0, name.length);
        hash.update(data, 0, length);
        return hash.finish();
    }

    @Override
    public String toString() {
        return "RepositoryKeys[***]";
    }

    /** A hash that is used again and again. */
    interface Hash {
        void update(byte[] data, int from, int length);

        byte[] finish();
    }

    private record Keyed(Mac mac) implements Hash {
        @Override
        public void update(byte[] data, int from, int length) {
            mac.update(data, from, length);
        }

        @Override
        public byte[] finish() {
            return mac.doFinal();
        }
    }

    private record Plain(java.security.MessageDigest digest) implements Hash {
        @Override
        public void update(byte[] data, int from, int length) {
            digest.update(data, from, length);
        }

        @Override
        public byte[] finish() {
            return digest.digest();
        }
    }
}

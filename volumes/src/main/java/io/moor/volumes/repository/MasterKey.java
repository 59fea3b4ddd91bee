package io.moor.volumes.repository;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** 256 bits that wrap a repository's secret; kept outside the repository. Never printed. */
public final class MasterKey {

    static final int BYTES = 32;
    static final int ID_BYTES = 8;
    static final int NONCE_BYTES = 12;
    static final int WRAPPED_BYTES = BYTES + 16;

    private final byte[] key;

    private MasterKey(byte[] key) {
        this.key = key;
    }

    /** A new random key. */
    public static MasterKey create() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return new MasterKey(key);
    }

    /**
     * @param text 64 hex digits, spaces around them do not matter
     * @throws IllegalArgumentException when it is not that; the message does not show it
     */
    public static MasterKey parse(String text) {
        String digits = text.strip();
        if (!digits.matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("a master key is 64 hex digits");
        }
        return new MasterKey(HexFormat.of().parseHex(digits));
    }

    /** 64 hex digits, for a file of mode 0600. */
    public String secretText() {
        return HexFormat.of().formatHex(key);
    }

    byte[] id() {
        return Arrays.copyOf(Hashing.sha256(Hashing.ascii("moor master"), key), ID_BYTES);
    }

    byte[] wrap(byte[] secret, byte[] nonce, byte[] context) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(secret);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * @throws CorruptObjectException when it was not wrapped by this key in this context
     */
    byte[] unwrap(byte[] wrapped, byte[] nonce, byte[] context, String object)
            throws CorruptObjectException {
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(wrapped);
        } catch (AEADBadTagException e) {
            throw new CorruptObjectException(object, "the wrapped secret is not authentic");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    @Override
    public String toString() {
        return "MasterKey[***]";
    }
}

package dev.kvcachepool.commandline.secret;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests of 32 bytes, so that a secret need not be kept to be recognised. */
public final class Sha256 {
    /** Bytes of a digest. */
    public static final int BYTES = 32;

    private Sha256() {}

    /** Of {@code bytes}, which are left as they are. */
    public static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

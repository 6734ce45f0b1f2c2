package dev.kvcachepool.prefixadvert.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Blocks of equal hash are the same only within one namespace: model, hash scheme and tenant (cache salt).
 *
 * @param id the first 8 bytes of SHA-256 over {@code model NUL scheme NUL saltTag}, big-endian
 */
public record Namespace(long id) {

    /**
     * The namespace of one model, scheme and tenant.
     *
     * @param model the model's name as it stands in the engines' keys
     * @param scheme {@code HashScheme.id()}, or the name of one that this version does not know
     * @param saltTag the salt's keyed hash from {@link SaltKey#tag}, empty without a salt
     */
    public static Namespace of(String model, String scheme, byte[] saltTag) {
        var digest = sha256();
        digest.update(model.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(scheme.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(saltTag);
        return new Namespace(ByteBuffer.wrap(digest.digest()).getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}

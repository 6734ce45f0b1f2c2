package dev.kvcachepool.prefixadvert.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pool's secret under which cache salts are hashed: a salt is a tenant's secret and never travels, its HMAC-SHA-256
 * does. Cache-nodes and routers of a pool must be given the same secret. Thread-safe.
 */
public final class SaltKey {
    private static final byte[] NO_SALT = {};
    private final SecretKeySpec key;

    /**
     * A key from the pool's secret.
     *
     * @param secret any non-empty text; where the user gives none, the pool's name is used, which is no secret
     */
    public SaltKey(String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** The salt's tag of 32 bytes, or none for an empty salt. */
    public byte[] tag(String salt) {
        if (salt.isEmpty()) {
            return NO_SALT;
        }
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(salt.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "SaltKey[secret]";
    }
}

package dev.kvcachepool.cachenode.resp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What clients must present. Compared in constant time, never shown. */
public final class Password {
    private final byte[] bytes;

    public Password(String text) {
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    boolean matches(byte[] presented) {
        return MessageDigest.isEqual(bytes, presented);
    }

    @Override
    public String toString() {
        return "Password[secret]";
    }
}

package dev.kvcachepool.e2e.runtime.cluster;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ThreadLocalRandom;

/** Suffixes of generated names, without vowels or look-alikes, as Kubernetes draws them. */
public final class Names {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private Names() {}

    /** A random suffix. */
    public static String suffix(int length) {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) {
            text.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** The same ten letters for the same text. */
    public static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            var letters = new StringBuilder();
            for (var i = 0; i < 10; i++) {
                letters.append(LETTERS.charAt(Byte.toUnsignedInt(digest[i]) % LETTERS.length()));
            }
            return letters.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

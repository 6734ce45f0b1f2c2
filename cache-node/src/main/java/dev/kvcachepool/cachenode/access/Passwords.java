package dev.kvcachepool.cachenode.access;

import dev.kvcachepool.commandline.secret.PoolPasswords;
import dev.kvcachepool.commandline.secret.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;

/**
 * Each of which lets in. Kept as digests, compared in constant time, and as many comparisons whatever their number: how
 * long an answer takes tells nothing. Immutable.
 */
final class Passwords {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** That nobody has: what is compared for a user who is none. */
    static final Passwords NONE = new Passwords(List.of());

    private final byte[][] digests = new byte[PoolPasswords.MOST][Sha256.BYTES];

    /** At most {@link PoolPasswords#MOST}. */
    Passwords(List<String> passwords) {
        for (int i = 0; i < digests.length; i++) {
            if (i < passwords.size()) {
                digests[i] = Sha256.of(passwords.get(i).getBytes(StandardCharsets.UTF_8));
            } else {
                RANDOM.nextBytes(digests[i]);
            }
        }
    }

    boolean match(byte[] presented) {
        var digest = Sha256.of(presented);
        boolean found = false;
        for (var one : digests) {
            found |= MessageDigest.isEqual(one, digest);
        }
        return found;
    }

    @Override
    public String toString() {
        return "Passwords[secret]";
    }
}

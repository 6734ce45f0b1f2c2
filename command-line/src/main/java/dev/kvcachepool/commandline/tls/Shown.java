package dev.kvcachepool.commandline.tls;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a certificate says that a program shows. Immutable.
 *
 * @param names its DNS names, in lower case
 * @param notAfter when it expires
 */
public record Shown(Set<String> names, Instant notBefore, Instant notAfter) {
    private static final Duration LONGEST_WARNING = Duration.ofDays(14);
    private static final int SHARE = 4;

    public Shown {
        names = Set.copyOf(names);
    }

    /**
     * Of the first certificate of a file.
     *
     * @throws IllegalArgumentException saying what is wrong with the file, to be said after its name
     */
    public static Shown of(String pem) {
        var certificate = Pem.certificates(pem.getBytes(StandardCharsets.UTF_8)).getFirst();
        return new Shown(
                NodeNames.of(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /**
     * From when on it should have been replaced: 14 days before it expires, or a quarter of its life where that is shorter. Who
     * renews by himself does so earlier, cert-manager with a third of it left.
     */
    public Instant dueBy() {
        var quarter = Duration.between(notBefore, notAfter).dividedBy(SHARE);
        return notAfter.minus(quarter.compareTo(LONGEST_WARNING) < 0 ? quarter : LONGEST_WARNING);
    }

    /** Which of some names it has not. */
    public List<String> without(List<String> wanted) {
        return wanted.stream()
                .filter(name -> !NamedServer.allow(names, name.toLowerCase(Locale.ROOT)))
                .toList();
    }
}

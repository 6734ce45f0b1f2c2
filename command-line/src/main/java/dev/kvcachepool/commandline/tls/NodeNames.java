package dev.kvcachepool.commandline.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Which certificates are a node's: those with the DNS name {@code <node's id>.<domain>}, or {@code *.<domain>} where all
 * nodes share one. A node's id is not a host's name and may have dots: names are compared as text, without regard to case.
 *
 * @param domain of the pool's nodes, which no certificate of anyone else may have
 */
public record NodeNames(String domain) {
    private static final int DNS_NAME = 2;

    /** Whether who shows a certificate with these DNS names is the node {@code id}. */
    public boolean allow(Set<String> names, String id) {
        return names.contains(lower("*." + domain)) || names.contains(lower(id + "." + domain));
    }

    /** What a certificate of the node {@code id} is to have, for messages. */
    public String wanted(String id) {
        return id + "." + domain + " or *." + domain;
    }

    /** Why who should be the node {@code id} is not. */
    SSLException refusal(String id) {
        return new SSLException("its certificate has none of the names " + wanted(id));
    }

    /** DNS names of the certificate that the other side has shown; none where it has shown none. */
    static Set<String> of(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate certificate ? of(certificate) : Set.of();
        } catch (SSLPeerUnverifiedException e) {
            return Set.of();
        }
    }

    /** A certificate's DNS names, in lower case. */
    static Set<String> of(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return (names == null ? List.<List<?>>of() : names)
                    .stream()
                            .filter(name -> name.getFirst() instanceof Integer kind && kind == DNS_NAME)
                            .map(name -> lower(String.valueOf(name.get(1))))
                            .collect(Collectors.toUnmodifiableSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}

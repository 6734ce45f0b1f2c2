package dev.kvcachepool.commandline.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files of TLS, for every program that speaks to or is a cache-node: a picocli mixin. */
public final class TlsFlags {
    private static final String DOMAIN_FLAG = "--tls-node-domain";

    @Option(
            names = Tls.CERTIFICATE_FLAG,
            paramLabel = "<file>",
            description =
                    "speak TLS, HTTP too, with this certificate, and those between it and an authority, in PEM; needs "
                            + Tls.KEY_FLAG + " and " + Tls.AUTHORITIES_FLAG
                            + "; all three are followed when they change")
    @Nullable
    Path certificate;

    @Option(names = Tls.KEY_FLAG, paramLabel = "<file>", description = "its key, PKCS#8 in PEM")
    @Nullable
    Path key;

    @Option(
            names = Tls.AUTHORITIES_FLAG,
            paramLabel = "<file>",
            description = "who must vouch for the certificates of others, in PEM")
    @Nullable
    Path authorities;

    @Option(
            names = DOMAIN_FLAG,
            paramLabel = "<domain>",
            description =
                    "a node's certificate has the DNS name <node's id>.<domain>, or *.<domain>; default: the pool's"
                            + " name")
    @Nullable
    String domain;

    /** Whether there is to be TLS. */
    public boolean areGiven() {
        return certificate != null;
    }

    /**
     * What the flags say; null without TLS.
     *
     * @param pool whose nodes speak to one another
     * @param self the node that others must know this program as; null where it is none
     * @param clientsShow whether clients without a certificate are refused
     * @throws IllegalArgumentException with a line for the user
     */
    public @Nullable Tls tls(String pool, @Nullable String self, boolean clientsShow) {
        var missing = new ArrayList<String>();
        if (certificate == null) {
            missing.add(Tls.CERTIFICATE_FLAG);
        }
        if (key == null) {
            missing.add(Tls.KEY_FLAG);
        }
        if (authorities == null) {
            missing.add(Tls.AUTHORITIES_FLAG);
        }
        if (certificate == null || key == null || authorities == null) {
            if (missing.size() < 3) {
                throw new IllegalArgumentException(String.join(" and ", missing)
                        + (missing.size() == 1 ? " is" : " are") + " missing: TLS needs " + Tls.CERTIFICATE_FLAG + ", "
                        + Tls.KEY_FLAG + " and " + Tls.AUTHORITIES_FLAG);
            }
            if (domain != null) {
                throw new IllegalArgumentException(DOMAIN_FLAG + " needs " + Tls.CERTIFICATE_FLAG);
            }
            return null;
        }
        var nodes = new NodeNames(domain == null ? pool : domain);
        return new Tls(certificate, key, authorities, nodes, self, clientsShow);
    }
}

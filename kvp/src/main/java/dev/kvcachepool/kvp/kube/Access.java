package dev.kvcachepool.kvp.kube;

import java.net.Proxy;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The way to one API server, as one user.
 *
 * @param server without a slash at its end
 * @param namespace of who asks for none; null where nobody says
 * @param trust which servers are believed
 * @param proxy {@link Proxy#NO_PROXY} for none
 */
public record Access(URI server, @Nullable String namespace, Trust trust, Proxy proxy, Login login) {
    /**
     * Which servers are believed.
     *
     * @param authorities certificates in PEM; null: those that Java believes
     * @param anyone nothing is checked
     * @param name that a server's certificate has to be for; null: the host's
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Trust(
            byte @Nullable [] authorities,
            boolean anyone,
            @Nullable String name) {}
}

package dev.kvcachepool.kvp.kube;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells who a user is. */
@FunctionalInterface
public interface Login {
    /**
     * As it is now: a file may have another token than a moment ago, and a program be asked again.
     *
     * @throws KubeException when it can't be told, with the reason
     */
    Proof prove();

    /**
     * What a server is shown. Never shows itself in a text.
     *
     * @param headers of each request
     * @param certificate in PEM, with its chain; null for none
     * @param key of the certificate, in PEM
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Proof(Map<String, List<String>> headers, byte @Nullable [] certificate, byte @Nullable [] key) {
        @Override
        public String toString() {
            return "Proof[" + headers.keySet() + (certificate == null ? "" : ", a certificate") + "]";
        }
    }
}

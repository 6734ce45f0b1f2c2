package dev.kvcachepool.commandline.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and key that are others from time to time: a handshake has both of those that held when it began. The names
 * by which it asks say of which they are. Thread-safe.
 */
final class CurrentKeys extends X509ExtendedKeyManager {
    private static final char OF = ':';

    private final Supplier<X509ExtendedKeyManager> source;
    /** Null before the first handshake. */
    private volatile @Nullable Held held;

    CurrentKeys(Supplier<X509ExtendedKeyManager> source) {
        this.source = source;
    }

    /**
     * Keys of one time.
     *
     * @param before those before them, with which a handshake may be under way
     */
    private record Held(
            long number,
            X509ExtendedKeyManager keys,
            @Nullable Held before) {
        Held alone() {
            return new Held(number, keys, null);
        }
    }

    private synchronized Held now() {
        var keys = source.get();
        var last = held;
        if (last != null && keys.equals(last.keys)) {
            return last;
        }
        var next = last == null ? new Held(0, keys, null) : new Held(last.number + 1, keys, last.alone());
        held = next;
        return next;
    }

    /** How a choice of the keys asks for them; null where they are of none of the kinds. */
    private interface Choice {
        @Nullable
        String of(X509ExtendedKeyManager keys);
    }

    private @Nullable String choose(Choice choice) {
        var now = now();
        var alias = choice.of(now.keys);
        return alias == null ? null : "" + now.number + OF + alias;
    }

    /** What an answer of the keys that an alias is of comes to; null where they are long gone. */
    private interface Answer<T> {
        @Nullable
        T of(X509ExtendedKeyManager keys, String alias);
    }

    private <T> @Nullable T ask(String alias, Answer<T> answer) {
        int end = alias.indexOf(OF);
        var number = alias.substring(0, Math.max(0, end));
        for (var one = held; one != null; one = one.before) {
            if (number.equals(Long.toString(one.number))) {
                return answer.of(one.keys, alias.substring(end + 1));
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keys -> keys.chooseEngineServerAlias(type, issuers, engine));
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keys -> keys.chooseServerAlias(type, issuers, socket));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return ask(alias, X509ExtendedKeyManager::getCertificateChain);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return ask(alias, X509ExtendedKeyManager::getPrivateKey);
    }

    /** None: it is a server's. */
    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        var alias = choose(keys -> keys.chooseServerAlias(type, issuers, null));
        return alias == null ? null : new String[] {alias};
    }
}

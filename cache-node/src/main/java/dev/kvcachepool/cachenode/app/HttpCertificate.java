package dev.kvcachepool.cachenode.app;

import static java.util.Objects.requireNonNull;

import dev.kvcachepool.commandline.HttpDoor;
import dev.kvcachepool.commandline.tls.Tls;
import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of health and metrics: the one of the flags, as it is when somebody connects. Quarkus asks for it before there
 * are flags.
 */
@Singleton
@Identifier(HttpDoor.TLS)
final class HttpCertificate implements KeyStoreProvider {
    private final Provider<NodeSettings> settings;

    HttpCertificate(Provider<NodeSettings> settings) {
        this.settings = settings;
    }

    /** Null where there is no TLS. */
    @Override
    public @Nullable KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        return HttpDoor.isSecure()
                ? new KeyStoreAndKeyCertOptions(null, KeyCertOptions.wrap(Tls.keys(this::tls)))
                : null;
    }

    private Tls tls() {
        return requireNonNull(settings.get().tls().tls());
    }
}

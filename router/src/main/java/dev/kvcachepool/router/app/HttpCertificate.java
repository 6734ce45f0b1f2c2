package dev.kvcachepool.router.app;

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
 * The certificate of health, metrics and the API: the one of the flags, as it is when somebody connects. Quarkus asks for it before there
 * are flags.
 */
@Singleton
@Identifier(HttpDoor.TLS)
final class HttpCertificate implements KeyStoreProvider {
    private final Provider<RouterConfig> config;

    HttpCertificate(Provider<RouterConfig> config) {
        this.config = config;
    }

    /** Null where there is no TLS. */
    @Override
    public @Nullable KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        return HttpDoor.isSecure()
                ? new KeyStoreAndKeyCertOptions(null, KeyCertOptions.wrap(Tls.keys(this::tls)))
                : null;
    }

    private Tls tls() {
        return requireNonNull(config.get().pins().tls());
    }
}

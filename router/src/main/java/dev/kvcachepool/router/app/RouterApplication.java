package dev.kvcachepool.router.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;

/** Runs until it is told to stop. */
public final class RouterApplication implements QuarkusApplication {
    private final RouterConfig config;
    private final HttpServer server;

    @Inject
    RouterApplication(RouterConfig config, HttpServer server) {
        this.config = config;
        this.server = server;
    }

    @Override
    public int run(String... args) {
        System.out.println("serving http=" + config.advertisedAddress() + ":" + server.getPort());
        Quarkus.waitForExit();
        return 0;
    }
}

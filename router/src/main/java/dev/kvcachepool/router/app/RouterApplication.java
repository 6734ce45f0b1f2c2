package dev.kvcachepool.router.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;

/** Runs until it is told to stop. */
public final class RouterApplication implements QuarkusApplication {
    private final RouterConfig config;
    private final HttpServer server;
    private final GatewayDoor gateways;
    private final LoadFeed load;

    @Inject
    RouterApplication(RouterConfig config, HttpServer server, GatewayDoor gateways, LoadFeed load) {
        this.config = config;
        this.server = server;
        this.gateways = gateways;
        this.load = load;
    }

    @Override
    public int run(String... args) {
        load.begin();
        var address = config.advertisedAddress();
        var port = gateways.port();
        var http = config.isSecure()
                ? "https=" + address + ":" + server.getSecurePort()
                : "http=" + address + ":" + server.getPort();
        System.out.println(
                "serving " + http + (port.isPresent() ? " ext-proc=" + address + ":" + port.getAsInt() : ""));
        Quarkus.waitForExit();
        return 0;
    }
}

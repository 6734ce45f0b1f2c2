package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.gateway.EnvoyGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What requests are sent to: the router's own proxy, or a stock gateway that asks the router where to. */
interface Front extends AutoCloseable {
    String url();

    @Override
    void close();

    /** How a pass gets one, once its router and engines are there. */
    interface Opening {
        Front open(DemoPool pool, RouterApi router) throws InterruptedException;
    }

    static Front ofRouter(RouterApi router) {
        return new Front() {
            @Override
            public String url() {
                return router.url();
            }

            @Override
            public void close() {}
        };
    }

    /** A fresh Envoy, which answers nothing without the router. */
    static Front ofEnvoy(Path root, Path work, DemoPool pool, RouterApi router) throws InterruptedException {
        var setup = new EnvoyGateway.Setup(root, folder(work), router.pickerAddress(), false, pool.engineAddresses());
        var envoy = EnvoyGateway.start(setup);
        return new Front() {
            @Override
            public String url() {
                return envoy.url();
            }

            @Override
            public void close() {
                envoy.close();
            }
        };
    }

    private static Path folder(Path work) {
        try {
            return Files.createTempDirectory(work, "envoy");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.kvcachepool.e2e.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A broker as a program: one that listens on all addresses and forgets everything when it ends. */
public final class BrokerMain {
    private BrokerMain() {}

    /**
     * Runs until it is told to end.
     *
     * @param arguments {@code host:port} at which clients find it
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1 || arguments[0].lastIndexOf(':') < 1) {
            System.err.println("the one argument is host:port, at which clients find the broker");
            System.exit(2);
        }
        var address = arguments[0];
        var port = address.substring(address.lastIndexOf(':') + 1);
        var broker = new EmbeddedBroker(
                Files.createTempDirectory("broker").resolve("log"),
                address,
                Map.of(
                        "listeners",
                        "PLAINTEXT://0.0.0.0:" + port + ",CONTROLLER://127.0.0.1:9093",
                        "controller.quorum.voters",
                        "1@127.0.0.1:9093"));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
        broker.start();
        System.out.println("broker at " + address);
        new CountDownLatch(1).await();
    }
}

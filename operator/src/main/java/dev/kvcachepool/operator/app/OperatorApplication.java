package dev.kvcachepool.operator.app;

import dev.kvcachepool.operator.webhook.Webhook;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;

/** Reconciles until it is told to stop. */
public final class OperatorApplication implements QuarkusApplication {
    private final OperatorCommand command;
    private final HttpServer server;
    private final Operator operator;
    private final KubernetesClient client;
    private final Webhook webhook;

    @Inject
    OperatorApplication(
            OperatorCommand command, HttpServer server, Operator operator, KubernetesClient client, Webhook webhook) {
        this.command = command;
        this.server = server;
        this.operator = operator;
        this.client = client;
        this.webhook = webhook;
    }

    @Override
    public int run(String... args) {
        var missing = Definitions.missing(client);
        if (missing.isPresent()) {
            System.err.println("operator: cannot start: " + missing.get());
            return OperatorMain.FAILED;
        }
        HeapPacer.start();
        webhook.start();
        operator.start();
        var address = command.listenAddress.equals("0.0.0.0") ? "127.0.0.1" : command.listenAddress;
        System.out.println("serving http=" + address + ":" + server.getPort());
        Quarkus.waitForExit();
        Leadership.giveUp();
        operator.stop();
        webhook.stop();
        return 0;
    }
}

package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;

/**
 * Does by hand what Strimzi's operators do to the statuses of their resources in one namespace, and nothing else: no topic, user or
 * password comes of it. The definitions are Strimzi's own.
 */
record StrimziStandIn(String namespace) {
    private static final String DEFINITIONS = "e2e/src/test/resources/strimzi";

    static void install() {
        CLUSTER.kubectl(
                        "apply",
                        "--server-side",
                        "-f",
                        RealCluster.root().resolve(DEFINITIONS).toString())
                .mustSucceed();
        CLUSTER.kubectl(
                        "wait",
                        "--for=condition=Established",
                        "crd/kafkas.kafka.strimzi.io",
                        "crd/kafkatopics.kafka.strimzi.io",
                        "crd/kafkausers.kafka.strimzi.io")
                .mustSucceed();
    }

    static void uninstall() {
        CLUSTER.kubectl(
                        "delete",
                        "--ignore-not-found",
                        "-f",
                        RealCluster.root().resolve(DEFINITIONS).toString())
                .mustSucceed();
    }

    /** A Kafka resource without a status. */
    void kafka(String name, String listeners) {
        CLUSTER.kubectlWith("""
            apiVersion: kafka.strimzi.io/v1
            kind: Kafka
            metadata: {name: %s}
            spec: {kafka: {authorization: {type: simple}, listeners: [%s]}}
            """.formatted(name, listeners), "apply", "-n", namespace, "-f", "-")
                .mustSucceed();
    }

    void listens(String kafka, String listener, String servers) {
        status("kafka/" + kafka, """
            {"conditions": [{"type": "Ready", "status": "True"}],
             "listeners": [{"name": "%s", "bootstrapServers": "%s"}]}\
            """.formatted(listener, servers));
    }

    void ready(String object) {
        status(object, "{\"conditions\": [{\"type\": \"Ready\", \"status\": \"True\"}]}");
    }

    void failed(String object, String reason, String message) {
        status(object, """
            {"conditions": [{"type": "Ready", "status": "False", "reason": "%s", "message": "%s"}]}\
            """.formatted(reason, message));
    }

    void userReady(String name) {
        status("kafkauser/" + name, """
            {"conditions": [{"type": "Ready", "status": "True"}], "username": "%s", "secret": "%s"}\
            """.formatted(name, name));
    }

    private void status(String object, String status) {
        CLUSTER.kubectl(
                        "patch",
                        object,
                        "-n",
                        namespace,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\": " + status + "}")
                .mustSucceed();
    }

    String get(String object) {
        return CLUSTER.kubectl("get", object, "-n", namespace, "-o", "yaml", "--ignore-not-found")
                .mustSucceed();
    }
}

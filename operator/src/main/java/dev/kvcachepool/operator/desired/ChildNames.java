package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePool;

/** How the children of a pool are called; the schema bounds the pool's name so that each of these is a DNS label. */
public record ChildNames(String pool) {

    public static ChildNames of(KVCachePool pool) {
        return new ChildNames(pool.getMetadata().getName());
    }

    /** Workload, client Service, ServiceAccount and disruption budget of the cache-nodes. */
    public String nodes() {
        return pool;
    }

    public String headlessService() {
        return pool + "-nodes";
    }

    public String config() {
        return pool + "-config";
    }

    public String connection() {
        return pool + "-connection";
    }

    /** ConfigMap of what Grafana shows; ServiceMonitor and PrometheusRule are called as the pool is. */
    public String dashboards() {
        return pool + "-dashboards";
    }

    /** The KafkaUser of cache-nodes and routers. */
    public String kafkaUser() {
        return pool + "-adverts";
    }

    /** The Certificate of cert-manager's, and its Secret. */
    public String tls() {
        return pool + "-tls";
    }

    /** Everything of the router. */
    public String router() {
        return pool + "-router";
    }
}

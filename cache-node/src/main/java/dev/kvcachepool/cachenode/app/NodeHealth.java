package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.cachenode.store.StoreGpu;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/** Live: accepts connections, or is on its way to or from there. Ready: serving, in a Pooled pool as the home of keys. */
@Singleton
class NodeHealth {
    private final NodeLifecycle lifecycle;
    private volatile @Nullable Ports ports;
    private volatile @Nullable Placement placement;
    private volatile @Nullable StoreGpu gpu;

    NodeHealth(NodeLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    void observe(Ports serving) {
        this.ports = serving;
    }

    void observe(Placement pooled) {
        this.placement = pooled;
    }

    void observe(StoreGpu tier) {
        this.gpu = tier;
    }

    /** What is to be known of the GPU, which a node can do without. */
    private String gpuState() {
        var tier = gpu;
        var trouble = tier == null ? null : tier.trouble();
        return trouble == null ? tier == null ? "none" : "in use" : "off: " + trouble;
    }

    private boolean serves() {
        var pooled = placement;
        return lifecycle.state() == NodeState.SERVING && (pooled == null || pooled.isHome());
    }

    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return () -> {
            var serving = ports;
            boolean deaf = lifecycle.state() == NodeState.SERVING && serving != null && !serving.areListening();
            return HealthCheckResponse.named("ports").status(!deaf).build();
        };
    }

    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return () -> HealthCheckResponse.named("node")
                .status(serves())
                .withData("state", lifecycle.state().name())
                .withData("gpu", gpuState())
                .build();
    }
}

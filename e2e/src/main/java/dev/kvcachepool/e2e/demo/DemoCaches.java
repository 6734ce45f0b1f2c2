package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.fault.FlippingProxy;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.HostAndPort;

/** The cache-node that an engine reaches on its Kubernetes node: the pool's own, or a proxy that lies before it. */
final class DemoCaches {
    private final CompletableFuture<DemoPool> pool = new CompletableFuture<>();
    private final boolean firstLies;

    DemoCaches(boolean firstLies) {
        this.firstLies = firstLies;
    }

    /** The pool comes after the engines' image is known. */
    void belongTo(DemoPool made) {
        pool.complete(made);
    }

    HostAndPort of(String node) {
        var own = pool.join().cacheOf(node);
        if (firstLies && node.equals(DemoKubernetes.nodeName(0))) {
            var proxy = new FlippingProxy(new InetSocketAddress(own.getHost(), own.getPort()));
            return new HostAndPort("127.0.0.1", proxy.port());
        }
        return own;
    }
}

package dev.kvcachepool.e2e.runtime.proxy;

import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Listeners on the addresses of Services, so that clients outside of pods reach them too. A pod's address as the source
 * tells the caller's node; from elsewhere the Service's {@code internalTrafficPolicy} can't be judged, and any endpoint
 * does.
 */
public final class ServiceProxy implements Reconciler, AutoCloseable {
    private static final int CONNECTIONS = 2_048;

    private record Listen(String address, int port) {}

    private final ObjectCache cache;
    private final ServiceTable table;
    private final Semaphore connections = new Semaphore(CONNECTIONS);
    private final Map<Key, Map<Listen, Forwarder>> forwarders = new HashMap<>();

    public ServiceProxy(ObjectCache cache, ServiceTable table) {
        this.cache = cache;
        this.table = table;
    }

    @Override
    public synchronized void reconcile(Key key) {
        var service = cache.get(Service.class, key.namespace(), key.name());
        var wanted = service == null ? Set.<Listen>of() : listens(service);
        var present = forwarders.computeIfAbsent(key, _ -> new HashMap<>());
        present.entrySet().removeIf(entry -> {
            var unwanted = !wanted.contains(entry.getKey());
            if (unwanted) {
                close(entry.getValue());
            }
            return unwanted;
        });
        for (var listen : wanted) {
            if (!present.containsKey(listen)) {
                present.put(listen, open(key, listen));
            }
        }
        if (present.isEmpty()) {
            forwarders.remove(key);
        }
    }

    private static Set<Listen> listens(Service service) {
        var listens = new HashSet<Listen>();
        var address = service.getSpec().getClusterIP();
        if (address != null && !address.isEmpty() && !"None".equals(address)) {
            service.getSpec().getPorts().forEach(port -> listens.add(new Listen(address, port.getPort())));
        }
        return listens;
    }

    private Forwarder open(Key key, Listen listen) {
        try {
            var address = new InetSocketAddress(listen.address(), listen.port());
            return new Forwarder(address, connections, from -> endpoint(listen, from));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    key + ": cannot listen on " + listen.address() + ":" + listen.port() + ": " + e.getMessage(), e);
        }
    }

    private InetSocketAddress endpoint(Listen listen, InetAddress from) {
        return cache.list(Pod.class).stream()
                .filter(pod -> pod.getStatus() != null
                        && from.getHostAddress().equals(pod.getStatus().getPodIP()))
                .findFirst()
                .map(pod -> table.resolve(
                        listen.address(), listen.port(), pod.getSpec().getNodeName()))
                .orElseGet(() -> table.resolveFromOutside(listen.address(), listen.port()));
    }

    private static void close(Forwarder forwarder) {
        try {
            forwarder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        forwarders.values().forEach(ofService -> ofService.values().forEach(ServiceProxy::close));
        forwarders.clear();
    }
}

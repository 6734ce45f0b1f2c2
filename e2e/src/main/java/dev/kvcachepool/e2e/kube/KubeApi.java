package dev.kvcachepool.e2e.kube;

import dev.kvcachepool.e2e.kube.http.HttpFront;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.resource.Resources;
import dev.kvcachepool.e2e.kube.resource.WriteCounts;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Kubernetes API server in memory, on a free port of loopback: no nodes, no controllers but garbage collection, no
 * authentication. docs/local-runtime.md says what it has and what it lacks. Safe for threads.
 */
public final class KubeApi implements AutoCloseable {
    private final WriteCounts counts = new WriteCounts();
    private final Resources resources;
    private final HttpFront front;
    private final long own;

    private KubeApi() {
        var store = new ObjectStore();
        var types = new ResourceTypes();
        this.resources = new Resources(store, types, counts);
        this.own = counts.total();
        this.front = new HttpFront(store, types, resources);
    }

    public static KubeApi start() {
        return new KubeApi();
    }

    /** {@code http://127.0.0.1:port}, without a slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + front.port();
    }

    /** Writes a file for KUBECONFIG into the folder, which must be there. */
    public Path writeKubeconfig(Path folder) {
        var file = folder.resolve("kubeconfig");
        try {
            return Files.writeString(file, """
                    apiVersion: v1
                    kind: Config
                    clusters:
                    - name: in-memory
                      cluster: {server: "%s"}
                    users:
                    - name: anyone
                      user: {}
                    contexts:
                    - name: in-memory
                      context: {cluster: in-memory, user: anyone, namespace: default}
                    current-context: in-memory
                    """.formatted(url()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + file, e);
        }
    }

    /** How many writes changed something since the start; the garbage collector's count too. */
    public long writes() {
        return counts.total() - own;
    }

    /** The same for one field manager, or, where none was named, for one program by its user agent's name. */
    public long writes(String fieldManager) {
        return counts.of(fieldManager);
    }

    @Override
    public void close() {
        front.close();
        resources.close();
    }
}

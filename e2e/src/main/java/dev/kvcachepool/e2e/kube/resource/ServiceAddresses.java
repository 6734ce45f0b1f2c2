package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives services their cluster addresses, one after the other out of 10.96.0.0/16; nothing listens there. */
final class ServiceAddresses {
    private static final int BYTE = 256;
    private final AtomicInteger next = new AtomicInteger(BYTE);

    /** In place; an update without an address keeps the one it had. */
    void assign(ResourceType type, Optional<ObjectNode> old, ObjectNode service) {
        if (!type.is("services") || Json.text(service, "spec", "type").equals("ExternalName")) {
            return;
        }
        var spec = Json.child(service, "spec");
        if (Json.text(spec, "clusterIP").isEmpty()) {
            spec.put(
                    "clusterIP",
                    old.map(before -> Json.text(before, "spec", "clusterIP"))
                            .filter(address -> !address.isEmpty())
                            .orElseGet(this::take));
        }
        spec.set("clusterIPs", Json.arrayOf(List.of(Json.text(spec, "clusterIP"))));
        spec.set("ipFamilies", Json.arrayOf(List.of("IPv4")));
        spec.put("ipFamilyPolicy", "SingleStack");
    }

    private String take() {
        var number = next.getAndIncrement() % (BYTE * BYTE);
        return "10.96.%d.%d".formatted(number / BYTE, number % BYTE);
    }
}

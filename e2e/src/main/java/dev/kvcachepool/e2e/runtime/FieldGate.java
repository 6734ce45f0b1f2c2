package dev.kvcachepool.e2e.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.fields.FieldRules;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Lets only objects through that the runtime implements in full; others are reported, once a state, and left alone.
 * Used by the runtime's thread, save for the setting of the listener before it starts.
 */
final class FieldGate {
    private static final Logger LOG = Logger.getLogger(FieldGate.class.getName());
    private final FieldRules rules = FieldRules.load();
    private final KubernetesSerialization json;
    private final Map<Key, Verdict> verdicts = new HashMap<>();
    private Consumer<String> onUnsupported = LOG::severe;

    private record Verdict(String version, boolean passes) {}

    FieldGate(KubernetesSerialization json) {
        this.json = json;
    }

    void onUnsupported(Consumer<String> listener) {
        onUnsupported = listener;
    }

    boolean passes(Key key, HasMetadata object) {
        if (!rules.covers(object.getKind())) {
            return true;
        }
        var version = object.getMetadata().getUid() + "/" + object.getMetadata().getResourceVersion();
        var known = verdicts.get(key);
        if (known == null || !known.version.equals(version)) {
            var problems = rules.problems(object.getKind(), json.convertValue(object, JsonNode.class));
            known = new Verdict(version, problems.isEmpty());
            verdicts.put(key, known);
            report(key, problems);
        }
        return known.passes;
    }

    private void report(Key key, List<String> problems) {
        problems.forEach(problem -> onUnsupported.accept(key + ": " + problem));
    }

    void forget(Key key) {
        verdicts.remove(key);
    }
}

package dev.kvcachepool.operator.probe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.operator.probe.Findings.MismatchView;
import dev.kvcachepool.operator.probe.Findings.RouterView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import dev.kvcachepool.operator.probe.RouterIndex.Holder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a router's {@code /v1/index}. What is missing there counts as empty. */
final class RouterRows {
    private static final int PERCENT = 100;

    private RouterRows() {}

    static RouterView view(JsonNode index) {
        return new RouterView(
                index.path("ready").asBoolean(),
                count(
                        index.path("holders"),
                        holder -> "fresh".equals(holder.path("liveness").asText())),
                count(
                        index.path("endpoints"),
                        endpoint -> endpoint.path("admitted").asBoolean()),
                index.path("holders").valueStream().map(RouterRows::node).toList(),
                index.path("mismatches").valueStream().map(RouterRows::mismatch).toList(),
                hitPercent(index.path("hits")));
    }

    static Holder holder(JsonNode row) {
        return new Holder(
                row.path("id").asText(),
                row.path("incarnation").asLong(),
                row.path("state").asText(),
                row.path("liveness").asText());
    }

    private static NodeView node(JsonNode row) {
        var pod = row.path("pod").asText();
        return new NodeView(
                pod.isEmpty() ? row.path("id").asText() : pod,
                phase(holder(row)),
                row.path("incarnation").asLong(),
                row.path("kubernetesNode").asText(),
                row.path("tiers").valueStream().map(RouterRows::tier).toList());
    }

    private static String phase(Holder holder) {
        if (holder.state().equals("serving") && holder.liveness().equals("not-picked")) {
            return NodeView.SILENT;
        }
        return holder.state().isEmpty()
                ? ""
                : Character.toUpperCase(holder.state().charAt(0))
                        + holder.state().substring(1);
    }

    private static MismatchView mismatch(JsonNode row) {
        return new MismatchView(row.path("kind").asText(), row.path("sentence").asText());
    }

    private static TierView tier(JsonNode row) {
        return new TierView(
                row.path("tier").asText(),
                row.path("capacityBytes").asLong(),
                row.path("usedBytes").asLong());
    }

    private static @Nullable Integer hitPercent(JsonNode hits) {
        long asked = hits.path("askedBlocks").asLong();
        return asked == 0 ? null : (int) (hits.path("heldBlocks").asLong() * PERCENT / asked);
    }

    private static int count(JsonNode rows, Predicate<JsonNode> wanted) {
        return (int) rows.valueStream().filter(wanted).count();
    }
}

package dev.kvcachepool.operator.status;

import dev.kvcachepool.operator.probe.Findings.MismatchView;
import java.util.List;
import java.util.stream.Collectors;

/** What engines do otherwise than their pool declares it, as a condition says it: the reason is the first one's. */
record EngineMismatch(String reason, String message) {
    private static final int MOST = 8;

    /** Of at least one. */
    static EngineMismatch of(List<MismatchView> all) {
        var sentences = all.stream().limit(MOST).map(MismatchView::sentence).collect(Collectors.joining("; "));
        var more = all.size() > MOST ? "; and " + (all.size() - MOST) + " more" : "";
        return new EngineMismatch(
                reason(all.getFirst().kind()), sentences + more + "; make spec.models and the engines' settings alike");
    }

    private static String reason(String kind) {
        return switch (kind) {
            case "model" -> "ModelNotDeclared";
            case "hash" -> "HashSchemeDiffers";
            case "chunk-tokens" -> "ChunkSizeDiffers";
            case "value-bytes" -> "ValueSizeDiffers";
            case "prompts" -> "PromptsNotStored";
            // Of a router that is newer than this operator
            default -> "EnginesDiffer";
        };
    }
}

package dev.kvcachepool.operator.probe;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the outside answered for one pool.
 *
 * @param secrets what is wrong with the Secrets that the pool names, a sentence each; empty if nothing
 * @param kafka why the brokers can't be asked, or null
 * @param topics what is wrong with the topics' settings, or null
 * @param mountedFiles what the pods of nodes and routers mount and is not there, or is no good
 * @param router what the router says, or null when there is none or it can't be reached
 * @param strimzi what Strimzi's resources say of the pool's Kafka
 * @param secretsDigest tells that Secrets which pods read at their start have changed; null where they could not all be read
 * @param asked when that was asked; two findings that differ in nothing else say the same, and are equal
 */
public record Findings(
        List<String> secrets,
        @Nullable String kafka,
        @Nullable String topics,
        List<Absent> mountedFiles,
        @Nullable RouterView router,
        StrimziView strimzi,
        @Nullable String secretsDigest,
        Instant asked) {

    public Findings {
        secrets = List.copyOf(secrets);
        mountedFiles = List.copyOf(mountedFiles);
    }

    /** Of a pool whose figures' age plays no part. */
    public Findings(
            List<String> secrets,
            @Nullable String kafka,
            @Nullable String topics,
            List<Absent> mountedFiles,
            @Nullable RouterView router,
            StrimziView strimzi) {
        this(secrets, kafka, topics, mountedFiles, router, strimzi, null, Instant.EPOCH);
    }

    /** Of one that has nothing to do with Strimzi, either. */
    public Findings(
            List<String> secrets,
            @Nullable String kafka,
            @Nullable String topics,
            List<Absent> mountedFiles,
            @Nullable RouterView router) {
        this(secrets, kafka, topics, mountedFiles, router, StrimziView.NONE);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Findings findings && said().equals(findings.said());
    }

    @Override
    public int hashCode() {
        return said().hashCode();
    }

    private List<Optional<Object>> said() {
        return Stream.of(secrets, kafka, topics, mountedFiles, router, strimzi, secretsDigest)
                .map(Optional::ofNullable)
                .toList();
    }

    /** Whether the tables can be written as they should be. */
    public boolean advertsPossible() {
        return secrets.isEmpty() && strimzi.wrong().isEmpty() && kafka == null && topics == null;
    }

    /** A condition's reason, and a sentence that names the object, the field and the next step. */
    public record Absent(String reason, String sentence) {}

    /**
     * Something that engines do otherwise than the pool declares it.
     *
     * @param kind as routers call it, such as {@code hash}
     * @param sentence names the model, what engines do and what is declared
     */
    public record MismatchView(String kind, String sentence) {}

    /**
     * A router's answer.
     *
     * @param tableRead whether it has read the tables
     * @param publishing cache-nodes of which it has live rows
     * @param engines that it can pick
     * @param nodes the pool's cache-nodes
     * @param mismatches what engines do otherwise than the pool declares it
     * @param hitPercent how much of the prompts of late was held where they were sent; null where there were none
     */
    public record RouterView(
            boolean tableRead,
            int publishing,
            int engines,
            List<NodeView> nodes,
            List<MismatchView> mismatches,
            @Nullable Integer hitPercent) {
        public RouterView {
            nodes = List.copyOf(nodes);
            mismatches = List.copyOf(mismatches);
        }

        /** One that has steered nothing yet and names no nodes. */
        public RouterView(boolean tableRead, int publishing, int engines) {
            this(tableRead, publishing, engines, List.of(), List.of(), null);
        }
    }
}

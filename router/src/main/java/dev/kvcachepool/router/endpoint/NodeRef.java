package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.prefixadvert.wire.HolderId;

/** Which cache-node stands beside an engine. Which holders that comes to is known from the adverts alone. Immutable. */
public sealed interface NodeRef {
    /** None: such an engine reads nobody's blocks, unless placement has it read everybody's. */
    NodeRef NOBODY = new Nobody();

    /** As users wrote it, or empty. */
    String text();

    /** No cache-node. */
    record Nobody() implements NodeRef {
        @Override
        public String text() {
            return "";
        }
    }

    /** The one with this id. */
    record Holder(HolderId id) implements NodeRef {
        @Override
        public String text() {
            return id.value();
        }
    }

    /** All on this Kubernetes node. */
    record KubernetesNode(String name) implements NodeRef {
        @Override
        public String text() {
            return name;
        }
    }

    /** The one with this id; else those of a pod with this name; else all on a Kubernetes node of this name. */
    record Named(String name) implements NodeRef {
        @Override
        public String text() {
            return name;
        }
    }
}

package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.kvcachepool.prefixadvert.proto.Endpoint;
import dev.kvcachepool.prefixadvert.proto.HolderKind;
import dev.kvcachepool.prefixadvert.proto.Model;
import dev.kvcachepool.prefixadvert.proto.NodeValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Values of the nodes table to and from Protobuf. Stateless. */
public final class NodeRowCodec {
    /** Hundreds of models. */
    static final int MAX_BYTES = 64 << 10;

    private NodeRowCodec() {}

    public static byte[] encode(NodeRow row) {
        var value = NodeValue.newBuilder()
                .setHolderId(row.holder().value())
                .setKind(
                        row.kind() == NodeRow.Kind.ENGINE
                                ? HolderKind.HOLDER_KIND_ENGINE
                                : HolderKind.HOLDER_KIND_CACHE_NODE)
                .setPool(row.pool())
                .setIncarnation(row.incarnation())
                .setState(toWire(row.state()))
                .setPod(row.pod())
                .setKubernetesNode(row.kubernetesNode())
                .setZone(row.zone());
        // Sorted, so that equal rows have equal bytes.
        new TreeMap<>(row.endpoints())
                .forEach((protocol, address) -> value.addEndpoints(Endpoint.newBuilder()
                        .setProtocol(protocol)
                        .setHost(address.host())
                        .setPort(address.port())));
        row.models()
                .forEach(model -> value.addModels(Model.newBuilder()
                        .setName(model.name())
                        .setScheme(model.scheme())
                        .setChunkTokens(model.chunkTokens())
                        .addAllRequiredGroups(model.requiredGroups())));
        row.tiers()
                .forEach(use -> value.addTiers(dev.kvcachepool.prefixadvert.proto.TierUse.newBuilder()
                        .setTier(use.tier().mask())
                        .setCapacityBytes(use.capacityBytes())
                        .setUsedBytes(use.usedBytes())));
        row.mismatches().forEach(mismatch -> MismatchCodec.encode(mismatch).ifPresent(value::addMismatches));
        return value.build().toByteArray();
    }

    /** Reads a row; tiers and mismatches that this version does not know are left out, states and numbers that it does not are refused. */
    public static NodeRow decode(byte[] bytes) throws MalformedAdvertException {
        var value = parse(bytes);
        try {
            return new NodeRow(
                    new HolderId(value.getHolderId()),
                    value.getKind() == HolderKind.HOLDER_KIND_ENGINE ? NodeRow.Kind.ENGINE : NodeRow.Kind.CACHE_NODE,
                    value.getPool(),
                    AdvertKey.requireIncarnation(value.getIncarnation()),
                    fromWire(value.getState()),
                    endpoints(value),
                    value.getPod(),
                    value.getKubernetesNode(),
                    value.getZone(),
                    value.getModelsList().stream().map(NodeRowCodec::model).toList(),
                    value.getTiersList().stream()
                            .flatMap(use -> tier(use.getTier()).map(tier -> use(tier, use)).stream())
                            .toList(),
                    value.getMismatchesList().stream()
                            .flatMap(mismatch -> MismatchCodec.decode(mismatch).stream())
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new MalformedAdvertException("the node row is not valid: " + e.getMessage(), e);
        }
    }

    private static NodeValue parse(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedAdvertException("the node row has " + bytes.length + " bytes, allowed are " + MAX_BYTES);
        }
        try {
            return NodeValue.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedAdvertException("the node row is no Protobuf: " + e.getMessage(), e);
        }
    }

    private static ModelSpec model(Model model) {
        require("chunk_tokens", model.getChunkTokens(), 1, Integer.MAX_VALUE);
        // With a world of as many ranks as there may be, the bit of a group and rank is still a number.
        model.getRequiredGroupsList().forEach(group -> require("required_groups", group, 0, RankSet.MAX_BITS - 1));
        return new ModelSpec(model.getName(), model.getScheme(), model.getChunkTokens(), model.getRequiredGroupsList());
    }

    private static NodeRow.TierUse use(Tier tier, dev.kvcachepool.prefixadvert.proto.TierUse use) {
        require("capacity_bytes", use.getCapacityBytes(), 0, Long.MAX_VALUE);
        require("used_bytes", use.getUsedBytes(), 0, Long.MAX_VALUE);
        return new NodeRow.TierUse(tier, use.getCapacityBytes(), use.getUsedBytes());
    }

    /** Protobuf's unsigned numbers come as negative ones where they are larger than Java's. */
    static void require(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + " is " + value + ", allowed are " + least + " to " + most);
        }
    }

    private static Map<String, NodeRow.Address> endpoints(NodeValue value) {
        var endpoints = new TreeMap<String, NodeRow.Address>();
        value.getEndpointsList().forEach(endpoint -> {
            require("port", endpoint.getPort(), 0, 65_535);
            endpoints.put(endpoint.getProtocol(), new NodeRow.Address(endpoint.getHost(), endpoint.getPort()));
        });
        return endpoints;
    }

    private static Optional<Tier> tier(int mask) {
        return Arrays.stream(Tier.values()).filter(tier -> tier.mask() == mask).findFirst();
    }

    private static dev.kvcachepool.prefixadvert.proto.NodeState toWire(NodeState state) {
        return switch (state) {
            case STARTING -> dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_STARTING;
            case RECOVERING -> dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_RECOVERING;
            case SERVING -> dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_SERVING;
            case DRAINING -> dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_DRAINING;
            case GONE -> dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_GONE;
        };
    }

    private static NodeState fromWire(dev.kvcachepool.prefixadvert.proto.NodeState state) {
        return switch (state) {
            case NODE_STATE_STARTING -> NodeState.STARTING;
            case NODE_STATE_RECOVERING -> NodeState.RECOVERING;
            case NODE_STATE_SERVING -> NodeState.SERVING;
            case NODE_STATE_DRAINING -> NodeState.DRAINING;
            case NODE_STATE_GONE -> NodeState.GONE;
            case NODE_STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("state is " + state + ", allowed are STARTING to GONE");
        };
    }
}

package dev.kvcachepool.kvp.adverts;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.List;
import picocli.CommandLine.Option;

/** Which adverts: a picocli mixin. */
final class Chosen {
    @Option(names = "--holder", paramLabel = "<id>", description = "of this holder only; repeatable")
    List<String> holders = List.of();

    @Option(names = "--nodes", description = "rows of the nodes table only")
    boolean nodes;

    boolean is(Advert advert) {
        return switch (advert) {
            case Advert.OfNode node -> isOf(node.key().holder().hash());
            case Advert.OfBlock block -> !nodes && isOf(block.key().holder());
        };
    }

    private boolean isOf(long hash) {
        return holders.isEmpty() || holders.stream().anyMatch(id -> new HolderId(id).hash() == hash);
    }
}

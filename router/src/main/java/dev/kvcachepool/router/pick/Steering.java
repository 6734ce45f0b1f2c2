package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.policy.PromptSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Turns a request's prompt into the chain of blocks to look for, if that can be done. Thread-safe. */
public final class Steering {
    private static final Namespace NOWHERE = new Namespace(0);
    private static final int MAX_HASHERS = 64;

    private final PoolModels models;
    private final SaltKey saltKey;
    private final HasherSource hashers;
    private final ChainCache chains;
    private final Map<CutBy, BlockHasher> known = new ConcurrentHashMap<>();

    public Steering(PoolModels models, SaltKey saltKey, HasherSource hashers, ChainCache chains) {
        this.models = models;
        this.saltKey = saltKey;
        this.hashers = hashers;
        this.chains = chains;
    }

    boolean declares(String model) {
        return !models.declared(model).isEmpty();
    }

    Plan plan(PickRequest request) {
        return switch (request.prompt()) {
            case Prompt.Opaque opaque -> Plan.loadAlone(opaque.estimatedTokens(), opaque.why());
            case Prompt.Hashes hashes -> ofHashes(request, hashes);
            case Prompt.Tokens tokens -> ofTokens(request, tokens.tokens());
        };
    }

    private Plan ofHashes(PickRequest request, Prompt.Hashes hashes) {
        var spec = models.spec(request.model(), hashes.scheme());
        if (spec.isEmpty()) {
            var why = models.declared(request.model()).isEmpty()
                    ? "no node declares the model"
                    : "no node declares the model under this hash scheme";
            return Plan.loadAlone(hashes.chain().size(), why);
        }
        var blockTokens = spec.get().chunkTokens();
        return steered(request, spec.get(), (long) hashes.chain().size() * blockTokens, hashes.chain());
    }

    private Plan ofTokens(PickRequest request, int[] tokens) {
        var spec = models.spec(request.model(), "");
        if (spec.isEmpty()) {
            return Plan.loadAlone(tokens.length, "no node declares the model");
        }
        var scheme = HashScheme.ofId(spec.get().scheme());
        if (scheme.isEmpty() || !scheme.get().computable()) {
            return Plan.loadAlone(tokens.length, "the model's hash scheme cannot be computed here");
        }
        var hasher = hasher(new CutBy(scheme.get(), spec.get().chunkTokens()));
        return steered(request, spec.get(), tokens.length, chains.chain(hasher, tokens));
    }

    /** A prompt's chunks, whatever policy there is; nothing where no node declares the model. */
    Optional<Cut> cut(String model, String salt, int[] tokens) {
        return models.spec(model, "").map(spec -> {
            var chain = HashScheme.ofId(spec.scheme())
                    .filter(HashScheme::computable)
                    .<List<BlockHash>>map(scheme -> chains.chain(hasher(new CutBy(scheme, spec.chunkTokens())), tokens))
                    .orElse(List.of());
            return new Cut(Namespace.of(model, spec.scheme(), saltKey.tag(salt)), spec, chain);
        });
    }

    private Plan steered(PickRequest request, ModelSpec spec, long tokens, List<BlockHash> chain) {
        var namespace = Namespace.of(request.model(), spec.scheme(), saltKey.tag(request.salt()));
        var size = new PromptSize(Math.max(1, tokens), chain.size(), spec.chunkTokens());
        return new Plan(namespace, spec.scheme(), chain, size, spec.requiredGroups(), "");
    }

    private BlockHasher hasher(CutBy cut) {
        if (known.size() > MAX_HASHERS) {
            known.clear();
        }
        return known.computeIfAbsent(cut, missing -> hashers.of(missing.scheme, missing.blockTokens));
    }

    private record CutBy(HashScheme scheme, int blockTokens) {}

    /**
     * A prompt in chunks.
     *
     * @param chain hashes of its full chunks; empty where they cannot be computed here
     */
    record Cut(Namespace namespace, ModelSpec spec, List<BlockHash> chain) {}

    /**
     * What to look for.
     *
     * @param scheme by which the chain was made; empty where there is none
     * @param chain empty where the prompt cannot be steered
     * @param loadAlone why it cannot be; empty where it can
     */
    record Plan(
            Namespace namespace,
            String scheme,
            List<BlockHash> chain,
            PromptSize size,
            List<Integer> requiredGroups,
            String loadAlone) {

        static Plan loadAlone(long tokens, String why) {
            return new Plan(NOWHERE, "", List.of(), PromptSize.unsteerable(tokens), List.of(0), why);
        }

        Plan inTokens() {
            var blocks = (int) Math.min(size.tokens(), Integer.MAX_VALUE);
            return new Plan(
                    namespace, scheme, chain, new PromptSize(size.tokens(), blocks, 1), requiredGroups, loadAlone);
        }

        Plan andLoadAlone(String why) {
            return loadAlone(size.tokens(), why);
        }
    }
}

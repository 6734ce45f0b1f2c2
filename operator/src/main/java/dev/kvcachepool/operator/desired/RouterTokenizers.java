package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Tokenizer;
import dev.kvcachepool.crds.Tokenizing;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a router comes to the tokens of texts. Files are mounted read-only, each ConfigMap and each claim once. A claim is
 * mounted as a whole: model folders as the usual tools lay them out have links to files elsewhere on the volume.
 */
record RouterTokenizers(List<Tokenizer> tokenizers, Tokenizing limits) {
    private static final String FOLDER = "/etc/kvcachepool/tokenizers/";

    static RouterTokenizers of(PoolContext context) {
        var router = context.spec().router();
        return new RouterTokenizers(router.tokenizers(), router.tokenizing());
    }

    Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        if (!tokenizers.isEmpty()) {
            settings.put("KVP_TOKENIZER", tokenizers.stream().map(this::flag).collect(Collectors.joining(";")));
            settings.put("KVP_TOKENIZER_CACHE", limits.cacheSize());
            settings.put("KVP_TOKENIZER_THREADS", limits.threads().toString());
            settings.put("KVP_TOKENIZER_TIMEOUT", limits.timeout());
        }
        return settings;
    }

    private String flag(Tokenizer tokenizer) {
        var source = source(tokenizer);
        if (source == null) {
            return tokenizer.model() + "=engine";
        }
        var claim = tokenizer.claimRef();
        var path = claim == null || claim.path() == null ? "" : "/" + claim.path();
        return tokenizer.model() + "=" + source.folder(sources()) + path;
    }

    List<Volume> volumes() {
        var sources = sources();
        return sources.stream().map(source -> source.volume(sources)).toList();
    }

    List<VolumeMount> mounts() {
        var sources = sources();
        return sources.stream()
                .map(source -> new VolumeMountBuilder()
                        .withName(source.name(sources))
                        .withMountPath(source.folder(sources))
                        .withReadOnly(true)
                        .build())
                .toList();
    }

    /** How many models' files the router reads. */
    int embedded() {
        return (int) tokenizers.stream().filter(each -> source(each) != null).count();
    }

    private List<Source> sources() {
        var sources = new ArrayList<Source>();
        tokenizers.stream()
                .flatMap(each -> Stream.ofNullable(source(each)))
                .distinct()
                .forEach(sources::add);
        return sources;
    }

    private static @Nullable Source source(Tokenizer tokenizer) {
        if (tokenizer.configMapRef() != null) {
            return new Source(false, tokenizer.configMapRef().name());
        }
        return tokenizer.claimRef() == null
                ? null
                : new Source(true, tokenizer.claimRef().name());
    }

    /** A ConfigMap or a claim; its place among the others names its volume, as its own name may be too long for that. */
    private record Source(boolean isClaim, String object) {
        String name(List<Source> all) {
            return "tokenizer-" + all.indexOf(this);
        }

        String folder(List<Source> all) {
            return FOLDER + all.indexOf(this);
        }

        Volume volume(List<Source> all) {
            var volume = new VolumeBuilder().withName(name(all));
            return isClaim
                    ? volume.withNewPersistentVolumeClaim(object, null).build()
                    : volume.withNewConfigMap().withName(object).endConfigMap().build();
        }
    }
}

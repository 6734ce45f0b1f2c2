package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The topic in which LMCache's instances say what they store and delete. */
public record LmcacheEvents(
        @JsonPropertyDescription("The topic, of the brokers of spec.adverts. What an instance that has an engine's name"
                + " keeps in its own memory counts for that engine. Its records may carry prompts.")
        @Default("lmcache-cache-events")
        @Size(min = 1, max = 249)
        @Pattern("^[a-zA-Z0-9._-]+$")
        String topic,

        @JsonPropertyDescription("Whether the router reads it.") @Default("true")
        Boolean read,

        @JsonPropertyDescription(
                "What cache-nodes say in it of the chunks that they store and evict, for other readers:"
                        + " Nothing; Unsalted, of chunks without a cache salt; or All, which tells whoever reads the topic the"
                        + " tenants' salts.")
        @Default("Nothing")
        Publish publish) {

    /** Of which chunks cache-nodes tell. */
    public enum Publish {
        Nothing,
        Unsalted,
        All
    }

    public LmcacheEvents(@Nullable String topic, @Nullable Boolean read, @Nullable Publish publish) {
        this.topic = requireNonNullElse(topic, "lmcache-cache-events");
        this.read = requireNonNullElse(read, true);
        this.publish = requireNonNullElse(publish, Publish.Nothing);
    }
}

package dev.kvcachepool.operator.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.kvcachepool.operator.desired.ChildLabels;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Of the fields' managers of an object only what the operator has applied is read, by which children are compared with what they shall
 * be. The rest, and what is managed of a status, nobody here asks for: as objects it takes more memory than all else of a
 * Service.
 */
@Singleton
public final class OwnFieldsOnly implements KubernetesClientObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.addMixIn(ObjectMeta.class, Metadata.class);
    }

    /** How {@link ObjectMeta} is read. */
    interface Metadata {
        @JsonDeserialize(using = OwnEntries.class)
        void setManagedFields(List<ManagedFieldsEntry> entries);
    }

    /** Made by Jackson. */
    static final class OwnEntries extends JsonDeserializer<List<ManagedFieldsEntry>> {
        @Override
        public List<ManagedFieldsEntry> deserialize(JsonParser parser, DeserializationContext context)
                throws IOException {
            var own = new ArrayList<ManagedFieldsEntry>(1);
            for (JsonNode entry : context.readTree(parser)) {
                if (isOwn(entry)) {
                    own.add(context.readTreeAsValue(entry, ManagedFieldsEntry.class));
                }
            }
            return own;
        }

        private static boolean isOwn(JsonNode entry) {
            return entry.path("manager").asText().equals(ChildLabels.OPERATOR)
                    && entry.path("operation").asText().equals("Apply")
                    && entry.path("subresource").asText().isEmpty();
        }
    }
}

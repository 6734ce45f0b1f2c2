package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * A volume that users give to pods, and where it is mounted; exactly one of its sources is not null.
 *
 * @param emptyDir its size limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "[has(self.configMap), has(self.secret), has(self.claim), has(self.emptyDir)].exists_one(given, given)",
        message =
                "a volume of spec.template.volumes or spec.router.template.volumes needs exactly one of configMap, secret,"
                        + " claim and emptyDir")
@ValidationRule(
        value = "!['/etc/kvcachepool', '/opt/java', '/opt/kvcachepool', '/run/kvcachepool', '/tmp',"
                + " '/var/lib/kvcachepool', '/var/lib/kvcachepool-arena', '/var/lib/kvcachepool-huge', '/var/run'].exists(ours,"
                + " self.mountPath == ours || self.mountPath.startsWith(ours + '/'))",
        fieldPath = ".mountPath",
        message =
                "mountPath must not be in a folder of the programs' own: /etc/kvcachepool, /opt/java, /opt/kvcachepool,"
                        + " /run/kvcachepool, /tmp, /var/lib/kvcachepool, /var/lib/kvcachepool-arena, /var/lib/kvcachepool-huge or /var/run")
public record ExtraVolume(
        @JsonPropertyDescription("Its name, unlike the others'.")
        @Required
        @Size(min = 1, max = 57)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription("Absolute path in the container at which it is mounted.")
        @Required
        @Size(max = 256)
        @Pattern("^(/[A-Za-z0-9][-._A-Za-z0-9]*)+$")
        String mountPath,

        @JsonPropertyDescription("Whether the container may only read it.") @Default("true")
        Boolean readOnly,

        @JsonPropertyDescription("Name of a ConfigMap of the pool's namespace, each key of which is a file.")
        @Size(min = 1, max = 253)
        @Nullable
        String configMap,

        @JsonPropertyDescription("Name of a Secret of the pool's namespace, each key of which is a file.")
        @Size(min = 1, max = 253)
        @Nullable
        String secret,

        @JsonPropertyDescription("Name of a PersistentVolumeClaim of the pool's namespace, which all pods share.")
        @Size(min = 1, max = 253)
        @Nullable
        String claim,

        @JsonPropertyDescription(
                "An empty folder of each pod's own that may take so many bytes, a quantity from 1Mi such as 1Gi. It needs"
                        + " readOnly: false to be of use.")
        @Size(max = 16)
        @Pattern("^[1-9][0-9]*(Mi|Gi|Ti)$")
        @Nullable
        String emptyDir) {

    public ExtraVolume(
            String name,
            String mountPath,
            @Nullable Boolean readOnly,
            @Nullable String configMap,
            @Nullable String secret,
            @Nullable String claim,
            @Nullable String emptyDir) {
        this.name = name;
        this.mountPath = mountPath;
        this.readOnly = requireNonNullElse(readOnly, true);
        this.configMap = configMap;
        this.secret = secret;
        this.claim = claim;
        this.emptyDir = emptyDir;
    }
}

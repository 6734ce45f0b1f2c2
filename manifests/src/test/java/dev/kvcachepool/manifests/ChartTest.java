package dev.kvcachepool.manifests;

import static dev.kvcachepool.manifests.Golden.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The chart says what kustomize's base, {@code crds/} and its own schema say. */
class ChartTest {
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    @Test
    void whatIsMadeIsCommitted() throws Exception {
        Golden.check(Chart.folder(ROOT), Chart.files(ROOT));
    }

    @Test
    void theChartHasTheDefinitionsThatThereAreAndNoOthers() throws Exception {
        assertThat(Golden.names(Chart.folder(ROOT).resolve("files/crds")))
                .isEqualTo(Definitions.texts(ROOT).keySet());
    }

    @Test
    void theChartHasTheProjectsVersion() {
        // Given
        var pom = VERSION.matcher(Yaml.text(ROOT.resolve("pom.xml")));
        assertThat(pom.find()).isTrue();
        // When
        var chart = Yaml.document(Chart.folder(ROOT).resolve("Chart.yaml"));
        // Then
        assertThat(List.of(
                        chart.path("version").asText(), chart.path("appVersion").asText()))
                .containsOnly(pom.group(1));
    }

    @Test
    void eachValueIsDescribedAndNothingElseIsAllowed() {
        var faults = new ArrayList<String>();
        check("values", Chart.schema(ROOT), faults);
        assertThat(faults).isEmpty();
    }

    private static void check(String name, JsonNode schema, List<String> faults) {
        if (!schema.has("properties")) {
            return;
        }
        if (schema.path("additionalProperties").asBoolean(true)) {
            faults.add(name + " allows what it doesn't name");
        }
        for (var property : schema.path("properties").properties()) {
            var child = property.getValue();
            if (child.path("description").asText().isBlank()) {
                faults.add(name + "." + property.getKey() + " has no description");
            }
            check(name + "." + property.getKey(), child, faults);
        }
    }
}

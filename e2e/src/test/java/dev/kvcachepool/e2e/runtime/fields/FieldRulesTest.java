package dev.kvcachepool.e2e.runtime.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldRulesTest {
    private final FieldRules rules = FieldRules.load();

    private List<String> problems(String kind, String json) throws JsonProcessingException {
        return rules.problems(kind, new ObjectMapper().readTree(json));
    }

    @Test
    void an_unknown_field_is_named_with_its_path() throws JsonProcessingException {
        var json = """
                {"kind": "StatefulSet", "metadata": {"x": 1}, "status": {"y": 2},
                 "spec": {"replicas": 1, "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [
                   {"name": "node"},
                   {"name": "other", "lifecycle": {"postStart": {"exec": {"command": ["x"]}}}}]}}}}
                """;

        assertThat(problems("StatefulSet", json))
                .containsExactly("spec.template.spec.containers[1].lifecycle.postStart is not implemented by the local"
                        + " runtime");
    }

    @Test
    void a_value_that_is_not_understood_is_named_with_those_that_are() throws JsonProcessingException {
        assertThat(problems("Service", "{\"spec\": {\"type\": \"NodePort\"}}"))
                .containsExactly("spec.type: 'NodePort' is not implemented by the local runtime, only ClusterIP");
    }

    @Test
    void fields_accepted_without_effect_pass() throws JsonProcessingException {
        var json = """
                {"spec": {"securityContext": {"runAsNonRoot": true}, "containers": [{"securityContext":
                  {"capabilities": {"drop": ["ALL"]}}, "resources": {"limits": {"memory": "1Gi"}}}]}}
                """;

        assertThat(problems("Pod", json)).isEmpty();
    }

    @Test
    void the_docs_list_every_field_that_is_accepted_without_effect() throws IOException {
        var docs = Files.readString(Path.of(System.getProperty("kvp.root"), "docs", "local-runtime.md"));

        assertThat(rules.ignored())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(docs).contains(line));
    }
}

package dev.kvcachepool.e2e.kube;

import static dev.kvcachepool.e2e.kube.ObjectsTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds that a CustomResourceDefinition brings: served at once, with defaults, pruning, validation and columns. */
class CustomResourcesTest {
    private final ApiUnderTest under = new ApiUnderTest();

    @BeforeEach
    void defineWidgets() {
        under.defineWidgets();
    }

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void aDefinitionIsEstablishedAtOnce() {
        // When
        var definition = under.client
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("widgets.test.example")
                .get();
        // Then
        assertThat(definition.getStatus().getConditions())
                .extracting(condition -> condition.getType() + condition.getStatus())
                .containsExactly("NamesAcceptedTrue", "EstablishedTrue");
    }

    @Test
    void defaultsAreFilledInAndUnknownFieldsDropped() {
        // When
        var widget = under.createWidget("metadata: {name: w}\nspec: {colour: Red, other: 1, parts: [{id: a}]}");
        // Then
        assertThat(widget.<Map<String, Object>>get("spec"))
                .containsOnly(
                        Map.entry("colour", "Red"),
                        Map.entry("replicas", 1),
                        Map.entry("limits", Map.of("high", 90)),
                        Map.entry("parts", List.of(Map.of("id", "a", "size", 5))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {replicas: 1}                            | spec.colour: Required value
            {colour: Green}                          | spec.colour: Unsupported value: "Green": supported values: "Red", "Blue"
            {colour: Red, replicas: -1}              | spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0
            {colour: Red, replicas: 11}              | spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10
            {colour: Red, replicas: many}            | spec.replicas: Invalid value: string: spec.replicas in body must be of type integer: "string"
            {colour: Red, name: AB}                  | spec.name: Invalid value: "AB": spec.name in body should match '^[a-z]+$'
            {colour: Red, name: abcdef}              | spec.name: Too long: may not be more than 5 bytes
            {colour: Red, parts: [{size: 1}]}        | spec.parts[0].id: Required value
            {colour: Red, parts: [{id: a}, {id: a}]} | spec.parts[1]: Duplicate value: {"id":"a"}
            {colour: Red, labels: {a: 1}}            | spec.labels.a: Invalid value: integer: spec.labels.a in body must be of type string: "integer"
            """)
    void whatTheSchemaForbidsIsRefused(String spec, String message) {
        // When
        var refused = refusal(() -> under.createWidget("metadata: {name: w}\nspec: " + spec));
        // Then
        assertThat(refused.getCode()).isEqualTo(422);
        assertThat(refused.getStatus().getMessage()).isEqualTo("Widget.test.example \"w\" is invalid: " + message);
    }

    @Test
    void strictValidationNamesUnknownFields() throws Exception {
        // Given
        var body = "{\"metadata\":{\"name\":\"w\"},\"spec\":{\"colour\":\"Red\",\"color\":\"Red\"}}";
        // When
        var answer = post("/apis/test.example/v1/namespaces/default/widgets?fieldValidation=Strict", body);
        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("Widget in version \\\"v1\\\" cannot be handled as a Widget: strict decoding error:"
                        + " unknown field \\\"spec.color\\\"");
    }

    @Test
    void theGenerationCountsTheSpecOnly() {
        // Given
        var widget = under.createWidget("metadata: {name: w}\nspec: {colour: Red}");
        widget.setAdditionalProperty("status", Map.of("replicas", 1));
        // When
        var reported = under.client.resource(widget).updateStatus();
        var changed = under.client
                .genericKubernetesResources(ApiUnderTest.WIDGETS)
                .withName("w")
                .edit(each -> {
                    each.<Map<String, Object>>get("spec").put("colour", "Blue");
                    return each;
                });
        // Then
        assertThat(reported.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(changed.<Integer>get("status", "replicas")).isEqualTo(1);
    }

    @Test
    void scaleGoesThroughTheDefinitionsPaths() {
        // Given
        under.createWidget("metadata: {name: w}\nspec: {colour: Red}");
        // When
        under.client
                .genericKubernetesResources(ApiUnderTest.WIDGETS)
                .withName("w")
                .scale(4);
        // Then
        assertThat(under.getWidget("w").<Integer>get("spec", "replicas")).isEqualTo(4);
    }

    @Test
    void tablesHaveTheDefinitionsColumns() throws Exception {
        // Given
        under.createWidget("metadata: {name: w}\nspec: {colour: Red}");
        var request = HttpRequest.newBuilder(
                        URI.create(under.api.url() + "/apis/test.example/v1/namespaces/default/widgets"))
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .build();
        // When
        var table = new ObjectMapper().readTree(send(request).body());
        // Then
        assertThat(table.path("columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Ready", "Replicas", "Age");
        var cells = table.path("rows").path(0).path("cells");
        assertThat(cells.path(0).asText()).isEqualTo("w");
        assertThat(cells.path(1).isNull()).isTrue();
        assertThat(cells.path(2).asInt()).isEqualTo(1);
        assertThat(cells.path(3).asText()).matches("\\d+s");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(under.api.url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}

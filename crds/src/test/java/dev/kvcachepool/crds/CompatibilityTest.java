package dev.kvcachepool.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {
    private static final String RELEASED = """
            spec:
              versions:
                - name: v1
                  served: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        size: {type: integer, minimum: 1, maximum: 9, default: 3}
                        kind: {type: string, enum: [a, b], maxLength: 5}
                        rows: {type: array, maxItems: 4, items: {type: object, properties: {name: {type: string}}}}
            """;

    @Test
    void whatIsReleasedIsAccepted() throws Exception {
        var now = CommittedCrds.all();
        for (var released : CommittedCrds.released()) {
            var present = now.stream()
                    .filter(definition -> definition
                            .getMetadata()
                            .getName()
                            .equals(released.getMetadata().getName()))
                    .findFirst();
            assertThat(present).as(released.getMetadata().getName()).isPresent();
            assertThat(Compatibility.breaks(released, present.orElseThrow())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: v1                  | name: v2                     | v1: this version is not served any more
            served: true              | served: false                | v1: this version is not served any more
            size: {type: integer,     | amount: {type: integer,      | v1.size: is gone
            {type: integer,           | {type: string,               | v1.size: type was integer and is string
            default: 3                | default: 4                   | v1.size: default was 3 and is 4
            minimum: 1                | minimum: 2                   | v1.size: minimum was 1.0 and is 2.0
            maximum: 9                | maximum: 8                   | v1.size: maximum was 9.0 and is 8.0
            maxLength: 5              | maxLength: 4                 | v1.kind: maxLength was 5 and is 4
            maxLength: 5              | maxLength: 5, pattern: x     | v1.kind: pattern was null and is x
            maxLength: 5              | maxLength: 5, minLength: 1   | v1.kind: minLength was null and is 1
            enum: [a, b]              | enum: [a]                    | v1.kind: takes fewer values, ["a"]
            maxItems: 4               | maxItems: 3                  | v1.rows: maxItems was 4 and is 3
            maxItems: 4               | maxItems: 4, minItems: 1     | v1.rows: minItems was null and is 1
            name: {type: string}      | name: {type: string, enum: [a]} | v1.rows[].name: takes certain values only, ["a"]
            type: object, properties: | type: object, required: [name], properties: | v1.rows[].name: is required now
            maxItems: 4               | maxItems: 4, x-kubernetes-validations: [{rule: 'true'}] | v1.rows: has a new rule, true
            """)
    void aChangeThatBreaksObjectsIsNamed(String before, String after, String named) {
        // When
        var breaks = Compatibility.breaks(released(), CommittedCrds.read(RELEASED.replace(before, after)));
        // Then
        assertThat(breaks).containsExactly(named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maximum: 9                | maximum: 10
            minimum: 1,               | ''
            enum: [a, b]              | enum: [a, b, c]
            enum: [a, b],             | ''
            maxItems: 4               | maxItems: 5
            """)
    void aChangeThatAcceptsMoreIsFine(String before, String after) {
        // When, Then
        assertThat(Compatibility.breaks(released(), CommittedCrds.read(RELEASED.replace(before, after))))
                .isEmpty();
    }

    @Test
    void aFurtherFieldIsFine() {
        // Given
        var now = RELEASED.replace("rows:", "more: {type: string}\n            rows:");
        // When, Then
        assertThat(Compatibility.breaks(released(), CommittedCrds.read(now))).isEmpty();
    }

    private static CustomResourceDefinition released() {
        return CommittedCrds.read(RELEASED);
    }
}

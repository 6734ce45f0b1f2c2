package dev.kvcachepool.kvp.adverts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kvcachepool.bridges.lmcache.CacheEventJson;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.Advert;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/asyncapi.yaml} beside the code. */
class AsyncApiTest {
    private static final Path FILE = Path.of("../docs/asyncapi.yaml");
    private static final JsonNode API = read();
    private static final List<String> PLACE = List.of("topic", "partition", "offset", "brokerMillis");

    private static JsonNode read() {
        try {
            return new YAMLMapper().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<JsonNode> examples() {
        return Stream.of("node", "block")
                .flatMap(message -> StreamSupport.stream(
                        API.at("/components/messages/" + message + "/examples").spliterator(), false));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesSayWhatTheirBytesSay(JsonNode example) throws Exception {
        // Given
        var value = example.get("x-value-hex");

        // When
        var advert = Advert.parse(hex(example.get("x-key-hex")), value == null ? null : hex(value));

        // Then: numbers are compared as they are written, whether Java reads them as int or long
        assertThat(written(advert).toString())
                .isEqualTo(sorted(example.get("payload")).toString());
    }

    @Test
    void examplesAreTheGoldenRecords() throws Exception {
        // Given
        var golden = Path.of("../prefix-advert/src/test/resources/golden");

        // When
        var named = examples().filter(example -> example.has("x-value-hex")).toList();

        // Then
        assertThat(named).hasSize(3);
        for (var example : named) {
            var lines = Files.readAllLines(golden.resolve(example.get("name").asText() + ".hex"));
            assertThat(lines)
                    .containsExactly(
                            example.get("x-key-hex").asText(),
                            example.get("x-value-hex").asText());
        }
    }

    @Test
    void topicsAreMadeWithTheSettingsThatAreWrittenDown() {
        // When
        var written = new TreeMap<String, String>();
        var topic = API.at("/channels/nodes/bindings/kafka");
        topic.get("topicConfiguration")
                .properties()
                .forEach(setting -> written.put(
                        setting.getKey(),
                        setting.getValue().isArray()
                                ? setting.getValue().get(0).asText()
                                : setting.getValue().asText()));

        // Then
        assertThat(written).isEqualTo(new TreeMap<>(TopicSettings.settings()));
        assertThat(topic.get("partitions").asInt()).isEqualTo(TopicSettings.DEFAULT_PARTITIONS);
    }

    static Stream<JsonNode> cacheEventExamples() {
        return StreamSupport.stream(
                API.at("/components/messages/cacheEvents/examples").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("cacheEventExamples")
    void cacheEventsAreWrittenAsTheirExamplesAndHaveTheFieldsOfTheirSchema(JsonNode example) throws Exception {
        // Given
        var json = new ObjectMapper();
        var payload = example.get("payload");

        // When
        var event = CacheEventJson.decode(json.writeValueAsBytes(payload)).getFirst();
        var again = json.readTree(CacheEventJson.encode(List.of(event)));

        // Then
        assertThat(sorted(again).toString()).isEqualTo(sorted(payload).toString());
        var batch = API.at("/components/messages/cacheEvents/payload/properties/batches/items");
        assertHasFieldsOf(batch, again.at("/batches/0"));
        for (var entry : again.at("/batches/0/entries")) {
            assertHasFieldsOf(batch.at("/properties/entries/items"), entry);
            assertHasFieldsOf(batch.at("/properties/entries/items/properties/key"), entry.get("key"));
        }
    }

    private static void assertHasFieldsOf(JsonNode schema, JsonNode object) {
        var required = new TreeSet<String>();
        schema.get("required").forEach(name -> required.add(name.asText()));
        assertThat(object.fieldNames()).toIterable().containsAll(required);
        assertThat(schema.get("properties").fieldNames()).toIterable().containsAll(object::fieldNames);
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }

    private static JsonNode written(Advert advert) throws IOException {
        var text = new StringWriter();
        var out = new PrintWriter(text);
        new JsonWriter(out).advert(new Writer.Place("t", 0, 0, 0), advert);
        out.flush();
        var line = (ObjectNode) new ObjectMapper().readTree(text.toString());
        line.remove(PLACE);
        return sorted(line);
    }

    private static JsonNode sorted(@Nullable JsonNode node) {
        var sorted = new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
        return sorted.valueToTree(sorted.convertValue(node, Object.class));
    }
}

package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was written once must be written, and read, the same for ever: other versions and languages rely on it. */
class GoldenBytesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path DECODER = Path.of("src/test/python/decode_adverts.py");

    @ParameterizedTest
    @MethodSource("dev.kvcachepool.prefixadvert.wire.GoldenRecord#all")
    void bytesAreTheCommittedOnes(GoldenRecord golden) throws IOException {
        // Given the committed key and value
        var file = GOLDEN.resolve(golden.fileName());
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, hex(golden.key().toBytes()) + "\n" + golden.value() + "\n");
        }

        // When the record is written today
        var today = List.of(hex(golden.key().toBytes()), golden.value());

        // Then nothing has changed
        assertThat(today).isEqualTo(Files.readAllLines(file));
    }

    @ParameterizedTest
    @MethodSource("dev.kvcachepool.prefixadvert.wire.GoldenRecord#all")
    void committedBytesReadBack(GoldenRecord golden) throws Exception {
        // Given
        var lines = Files.readAllLines(GOLDEN.resolve(golden.fileName()));
        var value = HexFormat.of().parseHex(lines.get(1));

        // When
        var key = AdvertKey.parse(HexFormat.of().parseHex(lines.get(0)));
        var again = key instanceof AdvertKey.Node
                ? NodeRowCodec.encode(NodeRowCodec.decode(value))
                : BlockRowCodec.encode(BlockRowCodec.decode(value));

        // Then
        assertThat(key).isEqualTo(golden.key());
        assertThat(again).isEqualTo(value);
    }

    @Test
    void anIndependentDecoderReadsTheSame() throws Exception {
        // Given the golden files and what they mean, as written down by hand
        var json = new ObjectMapper();
        var expected = Files.readAllLines(GOLDEN.resolve("meaning.jsonl")).stream()
                .map(line -> read(json, line))
                .toList();
        var command = Stream.concat(
                        Stream.of("python3", DECODER.toString()),
                        GoldenRecord.all()
                                .map(golden -> GOLDEN.resolve(golden.fileName()).toString()))
                .toList();

        // When
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines().map(line -> read(json, line)).toList()).isEqualTo(expected);
    }

    private static Object read(ObjectMapper json, String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}

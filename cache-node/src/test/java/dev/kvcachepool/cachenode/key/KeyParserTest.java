package dev.kvcachepool.cachenode.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.key.EngineKey.Form;
import dev.kvcachepool.cachenode.key.EngineKey.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyParserTest {
    private static final String LONG_HASH = "a2981a4d792b45f791d784bfd025148836ce3032f546cc490ef9fb7db9e639de";

    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B@1@0@30edda7dc385d3d7@bfloat16,              1, 0, 30edda7dc385d3d7, '',        WHOLE,    -1",
        "meta-llama/Llama-3.1-8B@1@0@-30edda7dc385d3d7@bfloat16,             1, 0, cf1225823c7a2c29, '',        WHOLE,    -1",
        "m@8@7@-8000000000000000@half,                                       8, 7, 8000000000000000, '',        WHOLE,    -1",
        "m@8@7@ffffffffffffffff@fp8_e4m3fn,                                  8, 7, ffffffffffffffff, '',        WHOLE,    -1",
        "m@2@1@0@int8,                                                       2, 1, 0000000000000000, '',        WHOLE,    -1",
        "m@2@1@1f@halfkv_bytes,                                              2, 1, 000000000000001f, '',        KV_BYTES, -1",
        "m@2@1@1f@halfmetadata,                                              2, 1, 000000000000001f, '',        METADATA, -1",
        "m@2@1@1f@half@user%alice,                                           2, 1, 000000000000001f, user%alice, WHOLE,   -1",
        "m@2@1@1f@half@user%alice@k%vmetadata,                               2, 1, 000000000000001f, user%alice@k%v, METADATA, -1",
        "m@2@1@1f@half@31,                                                   2, 1, 000000000000001f, '',        LAYER,    31",
        "m@2@1@1f@half@0@user%bob,                                           2, 1, 000000000000001f, user%bob,  LAYER,    0",
    })
    void readsInProcessKeys(String key, int world, int rank, String hash, String salt, Part part, int layer) {
        // When
        var parsed = parse(key);
        // Then
        assertThat(parsed.form()).isEqualTo(Form.IN_PROCESS);
        assertThat(parsed.worldSize()).isEqualTo(world);
        assertThat(parsed.rank()).isEqualTo(rank);
        assertThat(parsed.hash()).hasToString(hash);
        assertThat(parsed.salt()).isEqualTo(salt);
        assertThat(parsed.part()).isEqualTo(part);
        assertThat(parsed.layer()).isEqualTo(layer);
        assertThat(parsed.group()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "01000100,  0, '',           1, 0, 1, 0, 0",
        "10090801,  a, '',          16, 9, 8, 1, 10",
        "02010201,  1f, '@tenant-7', 2, 1, 2, 1, 31",
    })
    void readsMultiprocessKeys(
            String kvRank, String group, String salt, int world, int rank, int localWorld, int localRank, int groupId) {
        // When
        var parsed = parse("Qwen/Qwen3@" + kvRank + "@" + group + "@" + LONG_HASH + salt);
        // Then
        assertThat(parsed.form()).isEqualTo(Form.MULTIPROCESS);
        assertThat(parsed.model()).isEqualTo("Qwen/Qwen3");
        assertThat(parsed.worldSize()).isEqualTo(world);
        assertThat(parsed.rank()).isEqualTo(rank);
        assertThat(parsed.localWorld()).isEqualTo(localWorld);
        assertThat(parsed.localRank()).isEqualTo(localRank);
        assertThat(parsed.group()).isEqualTo(groupId);
        assertThat(parsed.hash()).hasToString(LONG_HASH);
        assertThat(parsed.salt()).isEqualTo(salt.isEmpty() ? "" : salt.substring(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "@@@@",
                "foo",
                "key:000000012345",
                "m@1@0@1f",
                "@1@0@1f@half",
                "m@1@0@1f@float99",
                "m@1@0@1F@half",
                "m@1@0@01f@half",
                "m@1@0@-0@half",
                "m@1@0@--1@half",
                "m@1@0@1ffffffffffffffff@half",
                "m@1@0@-8000000000000001@half",
                "m@1@0@@half",
                "m@1@1@1f@half",
                "m@0@0@1f@half",
                "m@-1@0@1f@half",
                "m@01@0@1f@half",
                "m@99999@0@1f@half",
                "m@999999999999@0@1f@half",
                "m@1@0@1f@half@",
                "m@1@0@1f@half@tag",
                "m@1@0@1f@half@%x",
                "m@1@0@1f@half@7@8",
                "m@1@0@1f@kv_bytes",
                "m@01000100@0@abcd",
                "m@00000000@0@" + LONG_HASH,
                "m@01010100@0@" + LONG_HASH,
                "m@01000101@0@" + LONG_HASH,
                "m@01000200@0@" + LONG_HASH,
                "m@0100010@0@" + LONG_HASH,
                "m@0100010G@0@" + LONG_HASH,
                "m@01000100@00@" + LONG_HASH,
                "m@01000100@12345@" + LONG_HASH,
                "m@01000100@0@" + LONG_HASH + "0",
                "m@01000100@0@" + LONG_HASH + "@",
                "m@01000100@0@" + LONG_HASH + "@a/b",
                "m@01000100@0@" + LONG_HASH + "@a\\b",
                "m@01000100@0@" + LONG_HASH + "@a\0b",
                "m@01000100@0@" + LONG_HASH + "@a@b",
            })
    void anythingElseIsOpaque(String key) {
        assertThat(parse(key)).isNull();
    }

    @Test
    void aValueOfLmIsTheWholeOfARanksChunk() {
        // When
        var parsed = parse("m@4@1@-1f@half@tag%valuelm_bytes");
        // Then
        assertThat(parsed.part()).isEqualTo(EngineKey.Part.WHOLE);
        assertThat(parsed.rank()).isEqualTo(1);
        assertThat(parsed.dtype()).isEqualTo("half");
        assertThat(parsed.salt()).isEqualTo("tag%value");
        assertThat(parse("m@4@1@-1f@half@12lm_bytes").part()).isEqualTo(EngineKey.Part.LAYER);
        assertThat(parse("m@01000100@0@" + LONG_HASH + "lm_bytes")).isNull();
    }

    @Test
    void saltsOfAtMost128Characters() {
        assertThat(parse("m@01000100@0@" + LONG_HASH + "@" + "s".repeat(128))).isNotNull();
        assertThat(parse("m@01000100@0@" + LONG_HASH + "@" + "s".repeat(129))).isNull();
    }

    @Test
    void bytesThatAreNoTextAreOpaque() {
        assertThat(KeyParser.parse(new byte[] {'m', (byte) 0xff, '@'})).isNull();
    }

    @Test
    void neverShowsTheSalt() {
        assertThat(parse("m@01000100@0@" + LONG_HASH + "@hush").toString()).doesNotContain("hush");
    }

    @Test
    void whatIsWrittenIsRead() {
        long seed = System.nanoTime();
        System.out.println("KeyParserTest seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            // Given
            int world = 1 + random.nextInt(255);
            int rank = random.nextInt(world);
            long hash = random.nextLong() >> random.nextInt(64);
            var dtype = List.of("half", "bfloat16", "fp8_e5m2fnuz").get(random.nextInt(3));
            var suffix = List.of("", KeyParser.KV_BYTES, KeyParser.METADATA, KeyParser.LM_BYTES)
                    .get(random.nextInt(4));
            // When
            var parsed =
                    parse("org/model@%d@%d@%s@%s%s".formatted(world, rank, Long.toString(hash, 16), dtype, suffix));
            // Then
            assertThat(ByteBuffer.wrap(parsed.hash().bytes()).getLong()).isEqualTo(hash);
            assertThat(List.of(parsed.worldSize(), parsed.rank())).containsExactly(world, rank);
            assertThat(parsed.dtype()).isEqualTo(dtype);
        }
    }

    @Test
    void neverFailsOnGarbage() {
        long seed = System.nanoTime();
        System.out.println("KeyParserTest garbage seed " + seed);
        var random = new Random(seed);
        var valid = ("m@01000100@0@" + LONG_HASH + "@salt").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            // Given a valid key with some bytes changed
            var key = valid.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                key[random.nextInt(key.length)] = (byte) random.nextInt(256);
            }
            // When
            var parsed = KeyParser.parse(key);
            // Then
            if (parsed != null) {
                assertThat(HexFormat.of().formatHex(parsed.hash().bytes())).hasSize(64);
            }
        }
    }

    private static EngineKey parse(String key) {
        return KeyParser.parse(key.getBytes(StandardCharsets.UTF_8));
    }
}

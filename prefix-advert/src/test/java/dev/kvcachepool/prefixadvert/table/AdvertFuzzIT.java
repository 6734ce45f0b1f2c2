package dev.kvcachepool.prefixadvert.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random bytes and mutated golden records, for {@code fuzz.seconds} (default 60), ten minutes in long runs: nothing but the
 * declared exception comes out of the codecs, what they read they write so that it reads the same, and a table that is
 * given all of it is the table of the records that parse.
 */
class AdvertFuzzIT {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final int RECORDS_A_TABLE = 5_000;
    private static final int LONGEST = 8 << 10;
    private static final AdvertKey NOBODY = new AdvertKey.Node(new HolderId("nobody"));

    private final long seed = Long.getLong("kvp.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();

    private record Tables(AdvertTable all, AdvertTable wellFormed) {}

    @Test
    void garbageIsRefusedCountedAndChangesNothing() throws IOException {
        fuzz(Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 60)));
    }

    @Test
    @Tag("long")
    void tenMinutesOfGarbageAreRefusedCountedAndChangeNothing() throws IOException {
        fuzz(Duration.ofMinutes(10));
    }

    private void fuzz(Duration limit) throws IOException {
        // Given
        System.out.println("seed " + seed);
        readCorpus();
        long end = System.nanoTime() + limit.toNanos();
        long records = 0;
        long refused = 0;
        while (System.nanoTime() - end < 0) {
            // When two tables are given the same records, one of them only those that parse
            var index = new FlatPrefixIndex();
            var tables =
                    new Tables(new AdvertTable(index, Instant::now), new AdvertTable(new NaiveIndex(), Instant::now));
            long skipped = 0;
            for (int record = 0; record < RECORDS_A_TABLE; record++) {
                skipped += apply(tables) ? 0 : 1;
            }

            // Then they are the same, and the rest was counted
            index.tidy();
            assertThat(tables.all.index().pairs())
                    .isEqualTo(tables.wellFormed.index().pairs());
            assertThat(tables.all.index().blocks())
                    .isEqualTo(tables.wellFormed.index().blocks());
            assertThat(rows(tables.all)).isEqualTo(rows(tables.wellFormed));
            assertThat(tables.all.stats().malformed()).isEqualTo(skipped);
            assertThat(tables.wellFormed.stats().malformed()).isZero();
            records += RECORDS_A_TABLE;
            refused += skipped;
        }
        System.out.printf("fuzz: %d advert records in %d s, %d refused%n", records, limit.toSeconds(), refused);
    }

    private void readCorpus() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            for (var file : files.sorted().toList()) {
                if (file.toString().endsWith(".hex")) {
                    var lines = Files.readAllLines(file);
                    keys.add(HexFormat.of().parseHex(lines.get(0)));
                    values.add(HexFormat.of().parseHex(lines.get(1)));
                }
            }
        }
        assertThat(keys).isNotEmpty();
    }

    private static List<String> rows(AdvertTable table) {
        return table.holders().stream()
                .map(view -> view.node() + " " + view.blocks() + " " + view.liveness())
                .toList();
    }

    /** Whether the record parses. */
    private boolean apply(Tables tables) {
        int golden = random.nextInt(keys.size());
        var key = random.nextInt(20) == 0 ? null : changed(keys.get(golden));
        var value = random.nextInt(8) == 0 ? null : changed(values.get(golden));
        long millis = random.nextInt(100_000);
        boolean parses = parses(key, value);
        tables.all.apply(key, value, millis, false);
        if (parses) {
            tables.wellFormed.apply(key, value, millis, false);
        } else {
            // Time goes on by records that do not parse, too; this one says nothing.
            tables.wellFormed.apply(NOBODY.toBytes(), null, millis, false);
        }
        return parses;
    }

    private static boolean parses(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null) {
            return false;
        }
        try {
            var parsed = AdvertKey.parse(key);
            assertThat(parsed.toBytes()).isEqualTo(key);
            if (value == null) {
                return true;
            }
            return switch (parsed) {
                case AdvertKey.Node node -> {
                    var row = NodeRowCodec.decode(value);
                    assertThat(NodeRowCodec.decode(NodeRowCodec.encode(row))).isEqualTo(row);
                    yield row.holder().equals(node.holder());
                }
                case AdvertKey.Block block -> {
                    var row = BlockRowCodec.decode(value);
                    assertThat(BlockRowCodec.decode(BlockRowCodec.encode(row))).isEqualTo(row);
                    yield true;
                }
            };
        } catch (MalformedAdvertException e) {
            return false;
        }
    }

    private byte[] changed(byte[] golden) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> golden;
            case 3 -> noise(random.nextInt(64));
            case 4 -> noise(random.nextInt(LONGEST));
            case 5 -> Arrays.copyOf(golden, random.nextInt(golden.length + 1));
            case 6 -> doubled(golden);
            default -> flipped(golden);
        };
    }

    private byte[] noise(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        if (length > 0 && random.nextBoolean()) {
            bytes[0] = random.nextBoolean() ? AdvertKey.NODE : AdvertKey.BLOCK;
        }
        return bytes;
    }

    /** A part of it twice: Protobuf takes the later of two fields, and lists grow. */
    private byte[] doubled(byte[] golden) {
        int from = random.nextInt(golden.length);
        var bytes = Arrays.copyOf(golden, golden.length * 2 - from);
        System.arraycopy(golden, from, bytes, golden.length, golden.length - from);
        return bytes;
    }

    private byte[] flipped(byte[] golden) {
        var bytes = golden.clone();
        for (int change = random.nextInt(1, 5); change > 0; change--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
        }
        return bytes;
    }
}

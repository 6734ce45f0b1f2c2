package dev.kvcachepool.prefixadvert.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The examples of RFC 8949, appendix A, that the writer covers. */
class CborWriterTest {

    @Test
    void writesTheShortestForm() {
        assertThat(cbor(w -> w.unsigned(23))).isEqualTo("17");
        assertThat(cbor(w -> w.unsigned(24))).isEqualTo("1818");
        assertThat(cbor(w -> w.unsigned(255))).isEqualTo("18ff");
        assertThat(cbor(w -> w.unsigned(256))).isEqualTo("190100");
        assertThat(cbor(w -> w.unsigned(65535))).isEqualTo("19ffff");
        assertThat(cbor(w -> w.unsigned(65536))).isEqualTo("1a00010000");
        assertThat(cbor(w -> w.unsigned(0xffffffffL))).isEqualTo("1affffffff");
        assertThat(cbor(w -> w.unsigned(1000000000000L))).isEqualTo("1b000000e8d4a51000");
        assertThat(cbor(w -> w.unsigned(-1))).isEqualTo("1bffffffffffffffff");
        assertThat(cbor(w -> w.integer(-1))).isEqualTo("20");
        assertThat(cbor(w -> w.integer(-1000))).isEqualTo("3903e7");
    }

    @Test
    void writesStringsArraysAndNull() {
        assertThat(cbor(w -> w.text("ü"))).isEqualTo("62c3bc");
        assertThat(cbor(w -> w.bytes(new byte[] {1, 2, 3, 4}))).isEqualTo("4401020304");
        assertThat(cbor(w -> w.array(2).array(0).nil())).isEqualTo("8280f6");
    }

    private static String cbor(java.util.function.UnaryOperator<CborWriter> write) {
        var writer = write.apply(new CborWriter(1));
        return Vectors.hex(Arrays.copyOf(writer.buffer(), writer.length()));
    }
}

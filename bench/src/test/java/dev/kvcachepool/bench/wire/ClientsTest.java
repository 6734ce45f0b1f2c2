package dev.kvcachepool.bench.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.bench.load.Content;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ClientsTest {
    private static final MemorySegment VALUE = text("0123456789");
    private static final Expected EXPECTED = Expected.bytes(VALUE);

    @Test
    void respIsReadAndWritten() throws Exception {
        // Given
        try (var server = new ScriptedServer(
                "+OK\r\n-OOM command not allowed\r\n$10\r\n0123456789\r\n$-1\r\n_\r\n:1\r\n".getBytes(ISO_8859_1))) {
            // When
            try (var client = new RespClient(server.connect())) {
                // Then
                assertThat(client.put(3, VALUE)).isTrue();
                assertThat(client.put(3, VALUE)).isFalse();
                assertThat(client.get(3, EXPECTED)).isEqualTo(new Got(true, 0));
                assertThat(client.get(4, EXPECTED)).isEqualTo(Got.MISS);
                assertThat(client.get(4, EXPECTED)).isEqualTo(Got.MISS);
                client.delete(3);
            }
            assertThat(server.asked())
                    .startsWith("*3\r\n$3\r\nSET\r\n$7\r\nbench-3\r\n$10\r\n0123456789\r\n*3\r\n")
                    .endsWith("*2\r\n$3\r\nGET\r\n$7\r\nbench-4\r\n*2\r\n$3\r\nDEL\r\n$7\r\nbench-3\r\n");
        }
    }

    @Test
    void memcachedIsReadAndWritten() throws Exception {
        // Given
        var answers = lines(
                "STORED",
                "SERVER_ERROR out of memory storing object",
                "VALUE bench-3 0 10",
                "0123456789",
                "END",
                "END",
                "NOT_FOUND");
        try (var server = new ScriptedServer(answers.getBytes(ISO_8859_1))) {
            // When
            try (var client = new MemcachedClient(server.connect())) {
                // Then
                assertThat(client.put(3, VALUE)).isTrue();
                assertThat(client.put(3, VALUE)).isFalse();
                assertThat(client.get(3, EXPECTED)).isEqualTo(new Got(true, 0));
                assertThat(client.get(4, EXPECTED)).isEqualTo(Got.MISS);
                client.delete(3);
            }
            assertThat(server.asked())
                    .startsWith("set bench-3 0 0 10\r\n0123456789\r\n")
                    .endsWith("get bench-4\r\ndelete bench-3\r\n");
        }
    }

    @Test
    void httpIsReadAndWritten() throws Exception {
        // Given
        var answers =
                "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\nHTTP/1.1 507 No Space\r\nContent-Length: 2\r\n\r\nno"
                        + "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: 10\r\n\r\n0123456789"
                        + "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!HTTP/1.1 204 No Content\r\n\r\n";
        try (var server = new ScriptedServer(answers.getBytes(ISO_8859_1))) {
            // When
            try (var client = new HttpFileClient(server.connect())) {
                // Then
                assertThat(client.put(3, VALUE)).isTrue();
                assertThat(client.put(3, VALUE)).isFalse();
                assertThat(client.get(3, EXPECTED)).isEqualTo(new Got(true, 0));
                assertThat(client.get(4, EXPECTED)).isEqualTo(Got.MISS);
                client.delete(3);
            }
            assertThat(server.asked())
                    .startsWith("PUT /bench-3 HTTP/1.1\r\nHost: bench\r\nContent-Length: 10\r\n\r\n0123456789PUT");
        }
    }

    @Test
    void wrongBytesAreCounted() throws Exception {
        assertThat(got("$10\r\n0123456780\r\n", RespClient::new).wrongBytes()).isEqualTo(1);
        assertThat(got("VALUE bench-3 0 10\r\nX123456780\r\nEND\r\n", MemcachedClient::new)
                        .wrongBytes())
                .isEqualTo(2);
        assertThat(got("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nXXXXXXXXXX", HttpFileClient::new)
                        .wrongBytes())
                .isEqualTo(10);
    }

    @Test
    void aValueOfAnotherLengthIsWrongAsAWhole() throws Exception {
        assertThat(got("$12\r\n0123456789ab\r\n", RespClient::new)).isEqualTo(new Got(true, 12));
        assertThat(got("$3\r\n012\r\n", RespClient::new)).isEqualTo(new Got(true, 10));
    }

    @Test
    void anAnswerOutOfStepEndsTheRun() {
        assertThatThrownBy(() -> got("$10\r\n0123456789xx\r\n", RespClient::new))
                .hasMessageContaining("does not end");
        assertThatThrownBy(() -> got("-ERR no\r\n", RespClient::new)).hasMessageContaining("-ERR no");
        assertThatThrownBy(() -> got("ERROR\r\n", MemcachedClient::new)).hasMessageContaining("ERROR");
    }

    @Test
    void aWrongByteInAValueLargerThanTheBufferIsFound() throws Exception {
        // Given
        var expected = new Content(3).of(3, 1, 3 << 20);
        var bytes = expected.toArray(ValueLayout.JAVA_BYTE);
        bytes[(2 << 20) + 17] ^= 1;
        var answer = ("$" + bytes.length + "\r\n" + new String(bytes, ISO_8859_1) + "\r\n").getBytes(ISO_8859_1);
        try (var server = new ScriptedServer(answer);
                var client = new RespClient(server.connect())) {
            // Then
            assertThat(client.get(3, Expected.bytes(expected))).isEqualTo(new Got(true, 1));
        }
        try (var server = new ScriptedServer(answer);
                var client = new RespClient(server.connect())) {
            assertThat(client.get(3, Expected.sum(expected))).isEqualTo(new Got(true, bytes.length));
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static Got got(String answer, Function<Wire, StoreClient> protocol) throws Exception {
        try (var server = new ScriptedServer(answer.getBytes(ISO_8859_1));
                var client = protocol.apply(server.connect())) {
            return client.get(3, EXPECTED);
        }
    }

    private static MemorySegment text(String text) {
        var bytes = MemorySegment.ofArray(text.getBytes(ISO_8859_1));
        return Arena.global().allocate(bytes.byteSize()).copyFrom(bytes);
    }
}

package dev.kvcachepool.cachenode.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningPathTest {
    private static final Set<PosixFilePermission> GROUP = PosixFilePermissions.fromString("rw-rw----");

    @TempDir
    Path folder;

    @Test
    void acceptsAtAPathWithItsPermissions() throws IOException {
        // Given
        var path = folder.resolve("kvp.sock");
        try (var listening = new ListeningPath(path, GROUP);
                // When
                var _ = SocketChannel.open(UnixDomainSocketAddress.of(path));
                var accepted = listening.accept()) {
            // Then
            assertThat(accepted.isConnected()).isTrue();
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(GROUP);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void takesThePlaceOfASocketWhoseProcessIsGone() throws IOException {
        // Given a socket that nobody removed
        var path = folder.resolve("kvp.sock");
        var earlier = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        earlier.bind(UnixDomainSocketAddress.of(path));
        earlier.close();
        assertThat(path).exists();
        // When
        try (var listening = new ListeningPath(path, GROUP);
                var _ = SocketChannel.open(UnixDomainSocketAddress.of(path));
                var accepted = listening.accept()) {
            // Then
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @Test
    void doesNotTakeALivingProcessesPlace() throws IOException {
        // Given
        var path = folder.resolve("kvp.sock");
        try (var _ = new ListeningPath(path, GROUP)) {
            // When
            assertThatThrownBy(() -> new ListeningPath(path, GROUP))
                    // Then
                    .isInstanceOf(IOException.class)
                    .hasMessage("another process listens at '%s'", path);
        }
    }

    @Test
    void removesNothingThatIsNoSocket() throws IOException {
        // Given
        var path = Files.writeString(folder.resolve("kvp.sock"), "precious");
        // When
        assertThatThrownBy(() -> new ListeningPath(path, GROUP))
                // Then
                .isInstanceOf(IOException.class)
                .hasMessage("'%s' is there and no socket", path);
        assertThat(path).hasContent("precious");
    }

    @Test
    void namesAPathThatIsTooLong() {
        // Given
        var path = folder.resolve("x".repeat(ListeningPath.MAX_BYTES));
        // When
        assertThatThrownBy(() -> new ListeningPath(path, GROUP))
                // Then
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is longer than 107 bytes");
    }
}

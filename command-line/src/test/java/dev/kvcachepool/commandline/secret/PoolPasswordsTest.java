package dev.kvcachepool.commandline.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.commandline.secret.WatchedFile.Look;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolPasswordsTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameIt() {
        file = folder.resolve("pool-password");
    }

    @Test
    void theFirstLineIsPresentedFirst() throws IOException {
        // Given
        Files.writeString(file, "new password\r\nold password\n\n");
        // When
        var login = new PoolPasswords(file);
        // Then
        assertThat(login.attempts())
                .containsExactly(List.of("kvcachepool", "new password"), List.of("kvcachepool", "old password"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | is empty; allowed are 1 to 8 passwords",
                "'\n\n' | is empty",
                "secret7 | is wrong in line 1: a password of 7 bytes; allowed are 8 to 512",
                "'long enough\n\nlong enough' | is wrong in line 2: a password of 0 bytes",
                "'12345678\n12345678\n12345678\n12345678\n12345678\n12345678\n12345678\n12345678\n12345678' | has 9 lines",
            })
    void whatIsWrongIsSaidInOneLineWithoutWhatStandsThere(String content, String message) throws IOException {
        // Given
        Files.writeString(file, content);
        // Then
        assertThatThrownBy(() -> new PoolPasswords(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid value for option '--pool-password-file': '" + file + "' " + message)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining("secret7");
    }

    @Test
    void whatIsNoTextOrTooLongOrNoFileIsRefused() throws IOException {
        // Given
        var bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, 1, 2, 3, 4, 5, 6, 7, 8});
        var large = Files.write(folder.resolve("large"), "x".repeat(20_000).getBytes(StandardCharsets.UTF_8));
        // Then
        assertThatThrownBy(() -> new PoolPasswords(bytes)).hasMessageEndingWith("is no text in UTF-8");
        assertThatThrownBy(() -> new PoolPasswords(large)).hasMessageEndingWith("is too long; allowed are 16384 bytes");
        assertThatThrownBy(() -> new PoolPasswords(folder)).hasMessageEndingWith("is no regular file");
        assertThatThrownBy(() -> new PoolPasswords(folder.resolve("none"))).hasMessageEndingWith("cannot be read");
    }

    @Test
    void aChangedFileHoldsAndAWrongOneDoesNot() throws IOException {
        // Given
        Files.writeString(file, "the first\n");
        var login = new PoolPasswords(file);
        var watched = login.file();
        // Then
        assertThat(watched.look()).isEqualTo(Look.SAME);
        // When
        Files.writeString(file, "the second\nthe first\n");
        // Then
        assertThat(watched.look()).isEqualTo(Look.APPLIED);
        assertThat(login.passwords()).containsExactly("the second", "the first");
        // When
        Files.writeString(file, "short\n");
        // Then
        assertThat(watched.look()).isEqualTo(Look.REFUSED);
        assertThat(watched.look()).as("it is said once").isEqualTo(Look.SAME);
        assertThat(watched.problem()).contains("line 1: a password of 5 bytes").doesNotContain("short");
        assertThat(login.passwords()).containsExactly("the second", "the first");
        // When
        Files.delete(file);
        // Then
        assertThat(watched.look()).isEqualTo(Look.REFUSED);
        assertThat(watched.look()).isEqualTo(Look.SAME);
        assertThat(login.passwords()).containsExactly("the second", "the first");
        // When what holds is there again
        Files.writeString(file, "the second\nthe first\n");
        // Then
        assertThat(watched.look()).isEqualTo(Look.SAME);
        assertThat(watched.problem()).isEmpty();
        assertThat(watched.applied()).isEqualTo(1);
        assertThat(watched.refused()).isEqualTo(2);
        assertThat(login + " " + watched).doesNotContain("second", "first");
    }

    @Test
    void aReadersOwnMistakeIsAFileThatIsRefused() throws IOException {
        // Given
        Files.writeString(file, "right");
        var watched = new WatchedFile<>("--a", file, 100, content -> {
            if (content.length > 5) {
                throw new IllegalStateException("a secret");
            }
            return content.length;
        });
        // When
        Files.writeString(file, "longer than that");
        // Then
        assertThat(watched.look()).isEqualTo(Look.REFUSED);
        assertThat(watched.problem()).isEqualTo("Invalid value for option '--a': '" + file + "' is not understood");
        assertThat(watched.value()).isEqualTo(5);
    }

    @Test
    void aLinkThatIsMovedToAnOlderFileOfTheSameSizeIsAChange() throws IOException {
        // Given a file as a Secret's mount has it
        var one = Files.createDirectory(folder.resolve("..1"));
        var two = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(one.resolve("key"), "password one\n");
        Files.writeString(two.resolve("key"), "password two\n");
        Files.setLastModifiedTime(two.resolve("key"), FileTime.fromMillis(0));
        var data = Files.createSymbolicLink(folder.resolve("..data"), one);
        Files.createSymbolicLink(file, data.resolve("key"));
        var login = new PoolPasswords(file);
        // When
        Files.move(Files.createSymbolicLink(folder.resolve("..tmp"), two), data, StandardCopyOption.ATOMIC_MOVE);
        // Then
        assertThat(login.file().look()).isEqualTo(Look.APPLIED);
        assertThat(login.passwords()).containsExactly("password two");
    }
}

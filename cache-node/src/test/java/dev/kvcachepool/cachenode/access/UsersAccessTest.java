package dev.kvcachepool.cachenode.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.commandline.secret.WatchedFile.Look;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersAccessTest {
    private static final String USER = "users: [{name: %s, passwords: [%s], salts: [%s]}]";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit calls prepare before each test.
    private AccessFiles files;

    @BeforeEach
    void prepare() {
        files = new AccessFiles(folder, USER.formatted("chat", "password-one", "a"), "pool-one\n");
    }

    @Test
    void aPasswordIsRotatedByAFileWithBoth() {
        // Given
        var access = files.access();
        assertThat(login("chat", "password-one")).isNotNull();
        // When
        assertThat(files.users(USER.formatted("chat", "password-two, password-one", "a")))
                .isEqualTo(Look.APPLIED);
        // Then
        assertThat(login("chat", "password-one")).isNotNull();
        assertThat(login("chat", "password-two")).isNotNull();
        // When
        files.users(USER.formatted("chat", "password-two", "a"));
        // Then
        assertThat(login("chat", "password-one")).isNull();
        assertThat(login("chat", "password-two")).isNotNull();
        assertThat(access.counters().loginsRefused()).isEqualTo(1);
    }

    @Test
    void whoIsInIsLookedUpAgain() {
        // Given
        var user = login("chat", "password-one");
        assertThat(user).isNotNull();
        assertThat(user.mayUse(bytes("unsalted"))).isFalse();
        // When the password goes, and the salts change
        files.users(USER.formatted("chat", "password-two", "\"\""));
        // Then
        var now = files.access().now(user);
        assertThat(now).isNotNull();
        assertThat(now.mayUse(bytes("unsalted"))).isTrue();
        // When
        files.users(USER.formatted("other", "password-two", "a"));
        // Then
        assertThat(files.access().now(now)).isNull();
    }

    @Test
    void aWrongFileChangesNothing() {
        // When
        assertThat(files.users("users: [{name: chat, passwords: [x]}]")).isEqualTo(Look.REFUSED);
        // Then
        assertThat(login("chat", "password-one")).isNotNull();
        assertThat(files.access().files().getFirst().refused()).isEqualTo(1);
    }

    @Test
    void thePoolsOwnProgramsAreLetInByEachOfThePoolsPasswords() {
        // Given
        var access = files.access();
        assertThat(login("kvcachepool", "pool-one")).matches(user -> user != null && user.isOfPool());
        // When
        files.pool("pool-two\npool-one\n");
        // Then
        assertThat(login("kvcachepool", "pool-one")).isNotNull();
        assertThat(login("kvcachepool", "pool-two")).isNotNull();
        assertThat(login("chat", "pool-two")).isNull();
        assertThat(access.peers().attempts())
                .containsExactly(List.of("kvcachepool", "pool-two"), List.of("kvcachepool", "pool-one"));
        assertThat(access.newcomer()).isNull();
        assertThat(access.toString()).doesNotContain("pool-", "password");
    }

    @Test
    void oneWordIsTheUserDefaultWhereThereIsOne() {
        // Then
        assertThat(login(Access.defaultName(), "password-one")).isNull();
        // When
        files.users(USER.formatted("default", "password-one", "a"));
        // Then
        assertThat(login(Access.defaultName(), "password-one")).isNotNull();
    }

    private @org.jspecify.annotations.Nullable User login(String name, String password) {
        return files.access().login(name, bytes(password));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.kvcachepool.cachenode.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormWatchTest {
    @TempDir
    Path folder;

    private void say(String wanted, String offered) throws IOException {
        Files.writeString(folder.resolve("wanted"), wanted);
        Files.writeString(folder.resolve("offered"), offered);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "as it was started, s1.r1, s1, s1.r1, s1, false",
        "its turn with other settings, s1.r1, s1, s2.r1, s2, true",
        "its turn and the settings are not there yet, s1.r1, s1, s2.r1, s1, false",
        "its turn and the settings are newer already, s1.r1, s1, s2.r1, s3, false",
        "other settings and not its turn, s1.r1, s1, s1.r1, s2, false",
        "a restart that was asked for, s1.r1, s1, s1.r2, s1, true",
        "it crashed before its turn and has the settings, s1.r1, s2, s1.r1, s2, false",
        "and now it is its turn, s1.r1, s2, s2.r1, s2, true",
        "it was started before the settings came, s2.r1, s1, s2.r1, s2, true",
        "a pod that says nothing, s1.r1, s1, '', s1, false",
        "nor which settings, s1.r1, s1, '', '', false",
    })
    void aNodeEndsOnceWhatItShallBeIsThere(
            String which, String form, String settings, String wanted, String offered, boolean ends) {
        // When
        var isToEnd = new PodForm(form, settings, folder).isToEnd(new PodForm.Now(wanted, offered));
        // Then
        assertThat(isToEnd).isEqualTo(ends);
    }

    @Test
    void theFilesAreFollowed() throws Exception {
        // Given
        say("s1.r1", "s1\n");
        var ended = new CountDownLatch(1);
        try (var _ = new FormWatch(new PodForm("s1.r1", "s1", folder), ended::countDown, problem -> {})) {
            // When
            say("s2.r1", "s2");
            // Then
            await().until(() -> ended.getCount() == 0);
        }
    }

    @Test
    void filesThatCannotBeReadAreSaidOnceAndNotTheEnd() throws Exception {
        // Given
        var ended = new CountDownLatch(1);
        var said = new ConcurrentLinkedQueue<String>();
        try (var _ = new FormWatch(new PodForm("s1.r1", "s1", folder), ended::countDown, said::add)) {
            await().until(() -> !said.isEmpty());
            // When
            say("s1.r2", "s1");
            // Then
            await().until(() -> ended.getCount() == 0);
            assertThat(said).hasSize(1).first().asString().contains("wanted");
        }
    }
}

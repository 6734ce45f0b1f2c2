package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What of the program's own files says how pools are watched. */
final class MonitoringFiles {
    private static final String FOLDER = "/monitoring/";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private MonitoringFiles() {}

    /**
     * The text of a file.
     *
     * @throws IllegalStateException if it is not part of the program
     */
    static String text(String name) {
        try (var file = MonitoringFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
                throw new IllegalStateException(FOLDER + name + " is not part of the program");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T yaml(String name, Class<T> type) {
        return SERIALIZATION.unmarshal(text(name), type);
    }
}

package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lifecycle.PodForm;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By what a pod has its node restart where it is. */
final class FormFlags {
    @Option(
            names = "--form-path",
            paramLabel = "<folder>",
            description =
                    "where the pod says in a file 'wanted' what the node shall run as, and in 'offered' which settings it would be"
                            + " started with: when that is not what it runs as, it drains and ends, to be started anew; default: it does not look")
    @Nullable
    Path formPath;

    @Option(names = "--form", paramLabel = "<form>", description = "what it was started as, as 'wanted' said then")
    @Nullable
    String form;

    @Option(
            names = "--settings-form",
            paramLabel = "<hash>",
            description = "which settings it was started with, as 'offered' said then")
    @Nullable
    String settingsForm;

    /**
     * What the flags say; null where nothing is looked at.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    @Nullable
    PodForm form() {
        if (formPath == null) {
            return null;
        }
        if (form == null || settingsForm == null) {
            throw new IllegalArgumentException("--form-path needs --form and --settings-form: what it compares with");
        }
        return new PodForm(form, settingsForm, formPath);
    }
}

package dev.kvcachepool.operator.dependent;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which children one reconciliation has made, for one Event: a new pool's dozen are no dozen pieces of news. Thread-safe. */
public final class MadeChildren {
    private final Collection<String> made = new ConcurrentLinkedQueue<>();

    private MadeChildren() {}

    /** Begins to note what is made in this reconciliation. */
    public static MadeChildren noted(Context<?> context) {
        var noted = new MadeChildren();
        context.managedWorkflowAndDependentResourceContext().put(MadeChildren.class, noted);
        return noted;
    }

    static void note(HasMetadata child, Context<?> context) {
        context.managedWorkflowAndDependentResourceContext()
                .get(MadeChildren.class, MadeChildren.class)
                .ifPresent(noted -> noted.made.add(ChildDependent.describe(child)));
    }

    /** Kind and name of each, in order. */
    public List<String> names() {
        return made.stream().sorted().toList();
    }
}

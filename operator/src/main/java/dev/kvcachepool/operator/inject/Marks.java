package dev.kvcachepool.operator.inject;

/** Labels and annotations by which namespaces and pods have a say in what pods are given, and by which pods say what they were. */
public final class Marks {
    /** Label of namespaces whose pods may be given settings, with the value {@link #ENABLED}. */
    public static final String NAMESPACE = "kvcachepool.dev/injection";

    public static final String ENABLED = "enabled";

    /** Label of pods that are to be left alone, with the value {@link #NO}. */
    public static final String POD = "kvcachepool.dev/inject";

    public static final String NO = "false";

    /** Annotation of pods: the model that the engine serves, where the pool declares several. */
    public static final String MODEL = "kvcachepool.dev/model";

    /** Annotation of pods: names of the engine's containers, with commas between; by default the first one. */
    public static final String CONTAINERS = "kvcachepool.dev/engine-container";

    /** Annotation of pods: the engine's resource claim whose device its cache-node shares, where it has several. */
    public static final String CLAIM = "kvcachepool.dev/gpu-claim";

    /** Annotation that says from which pool a pod was given settings. */
    public static final String INJECTED = "kvcachepool.dev/injected";

    /** Annotation that says why a pod of a pool's selector was given nothing. */
    public static final String SKIPPED = "kvcachepool.dev/injection-skipped";

    private Marks() {}
}

package dev.kvcachepool.bridges.vllm;

/** Where an engine says that a block lies. */
public enum Medium {
    GPU,
    /** The engine's own host memory. */
    CPU,
    /** Somewhere that is not the engine's alone, such as shared storage: says nothing of this engine. */
    ELSEWHERE;

    /** Engines that name none mean the GPU. */
    static Medium of(String name) {
        return switch (name) {
            case "GPU" -> GPU;
            case "CPU" -> CPU;
            default -> ELSEWHERE;
        };
    }
}

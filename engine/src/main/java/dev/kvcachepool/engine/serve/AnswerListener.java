package dev.kvcachepool.engine.serve;

/** Is told of an answer's tokens as they come, on the engine's thread, which waits for it. */
@FunctionalInterface
public interface AnswerListener {
    /**
     * One more token.
     *
     * @return false where nobody wants the rest
     */
    boolean token(int token);
}

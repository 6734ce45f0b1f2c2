package dev.kvcachepool.router.jinja;

/**
 * A template cannot be read, or refuses what it is to render. The message is for whoever owns the template; it may quote what
 * the template raises, so goes to nobody else.
 */
public final class TemplateException extends RuntimeException {
    public TemplateException(String message) {
        super(message, null, false, false);
    }
}

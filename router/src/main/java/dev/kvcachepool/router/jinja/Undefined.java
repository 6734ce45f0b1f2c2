package dev.kvcachepool.router.jinja;

/**
 * What a name, a key or an index stands for that is not there: empty as text, as a list and as a truth, and an error to look
 * into.
 *
 * @param what for the error
 */
record Undefined(String what) {
    TemplateException used() {
        return new TemplateException(what + " is undefined");
    }
}

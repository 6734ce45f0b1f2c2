package dev.kvcachepool.router.jinja;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/**
 * A chat template. Immutable; thread-safe.
 *
 * <p>A template is a program of its owner's. It reaches nothing but the values it is given; what it may take is bounded in
 * time, steps, depth and the length of any text. What it renders is never read as a template again.
 */
public final class Template {
    private final List<Node> nodes;
    private final boolean loopsOverContent;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
        this.loopsOverContent = ContentFormat.loopsOverContent(nodes);
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException with the line, if it is none, or uses what is not supported
     */
    public static Template parse(String source) {
        return new Template(TemplateParser.parse(source));
    }

    /** Whether it goes through the parts of a message's content, so is to be given parts rather than text. */
    public boolean loopsOverContent() {
        return loopsOverContent;
    }

    /**
     * Renders.
     *
     * @param names values as {@link None}, Boolean, Long, BigInteger, Double, String, List and Map; not modified
     * @param now what {@code strftime_now} goes by
     * @param maxCharacters of the text, and of any on the way
     * @throws TemplateException if the template raises, fails, or takes more than it may
     */
    public String render(Map<String, ?> names, ZonedDateTime now, int maxCharacters, Duration time) {
        var budget = new Budget(maxCharacters, time);
        var globals = new Scope(null);
        new Functions(budget, now).define(globals);
        var scope = globals.inner();
        names.forEach(scope::set);
        try {
            return new Renderer(budget).render(nodes, scope);
        } catch (StackOverflowError e) {
            throw new TemplateException("is nested too deep");
        } catch (ArithmeticException | ClassCastException | IndexOutOfBoundsException e) {
            throw new TemplateException("fails: " + e.getMessage());
        }
    }
}

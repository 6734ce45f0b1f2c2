package dev.kvcachepool.router.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells from a template whether it wants a message's content as parts: if somewhere it loops over the content of a message of
 * {@code messages}. vLLM's rule ({@code --chat-template-content-format auto}), by which the engine renders, too.
 */
final class ContentFormat {
    private final List<Node.Assign> assignments = new ArrayList<>();
    private final List<Node.For> loops = new ArrayList<>();

    private ContentFormat() {}

    static boolean loopsOverContent(List<Node> template) {
        var found = new ContentFormat();
        found.collect(template);
        var messages = found.namesOfMessages();
        var message = new HashSet<String>();
        for (var loop : found.loops) {
            if (loop.target() instanceof Node.Target.Name target
                    && messages.stream().anyMatch(name -> isName(bare(loop.items()), name))) {
                message.add(target.name());
            }
        }
        return found.loops.stream()
                .anyMatch(loop -> message.stream().anyMatch(name -> isContent(bare(loop.items()), name)));
    }

    private void collect(List<Node> nodes) {
        for (var node : nodes) {
            switch (node) {
                case Node.If choice -> {
                    choice.branches().forEach(branch -> collect(branch.body()));
                    collect(choice.otherwise());
                }
                case Node.For loop -> {
                    loops.add(loop);
                    collect(loop.body());
                    collect(loop.otherwise());
                }
                case Node.Assign assign -> assignments.add(assign);
                case Node.AssignBlock block -> collect(block.body());
                case Node.Macro macro -> collect(macro.body());
                case Node.CallBlock block -> collect(block.body());
                case Node.FilterBlock block -> collect(block.body());
                case Node.With with -> collect(with.body());
                case Node.Data _, Node.Output _, Node.Break _, Node.Continue _ -> {}
            }
        }
    }

    /** {@code messages}, and every name that it is assigned to. */
    private Set<String> namesOfMessages() {
        var names = new HashSet<>(Set.of("messages"));
        var open = new ArrayDeque<>(names);
        while (!open.isEmpty()) {
            var name = open.remove();
            for (var assign : assignments) {
                if (assign.target() instanceof Node.Target.Name target
                        && isName(bare(assign.value()), name)
                        && names.add(target.name())) {
                    open.add(target.name());
                }
            }
        }
        return names;
    }

    /** The value under filters, tests and slices. */
    private static Expr bare(Expr expression) {
        return switch (expression) {
            case Expr.Filter filter -> bare(filter.of());
            case Expr.Test test -> bare(test.of());
            case Expr.Item(var of, Expr.Slice _) -> bare(of);
            default -> expression;
        };
    }

    private static boolean isName(Expr expression, String name) {
        return expression instanceof Expr.Name found && found.name().equals(name);
    }

    private static boolean isContent(Expr expression, String message) {
        return switch (expression) {
            case Expr.Attribute(var of, var name) -> name.equals("content") && isName(of, message);
            case Expr.Item(var of, Expr.Const(var key)) -> key.equals("content") && isName(of, message);
            default -> false;
        };
    }
}

package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through a template's nodes and writes. For one rendering; not thread-safe. */
final class Renderer {
    private final Budget budget;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();

    /** How a run of nodes ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    Renderer(Budget budget) {
        this.budget = budget;
        this.evaluator = new Evaluator(budget);
    }

    String render(List<Node> nodes, Scope scope) {
        run(nodes, scope);
        return out.toString();
    }

    private Flow run(List<Node> nodes, Scope scope) {
        budget.enter();
        var flow = Flow.ON;
        for (var node : nodes) {
            flow = run(node, scope);
            if (flow != Flow.ON) {
                break;
            }
        }
        budget.leave();
        return flow;
    }

    private Flow run(Node node, Scope scope) {
        switch (node) {
            case Node.Data data -> write(data.text());
            case Node.Output output -> write(Values.text(evaluator.value(output.value(), scope)));
            case Node.If choice -> {
                return branch(choice, scope);
            }
            case Node.For loop -> loop(loop, scope);
            case Node.Assign assign -> assign(assign.target(), evaluator.value(assign.value(), scope), scope);
            case Node.AssignBlock block ->
                assign(block.target(), filtered(block.filtered(), block.body(), scope), scope);
            case Node.Macro macro -> scope.set(macro.name(), macro(macro.parameters(), macro.body(), scope));
            case Node.CallBlock block ->
                write(Values.text(evaluator.call(block.call(), scope, macro(block.parameters(), block.body(), scope))));
            case Node.FilterBlock block -> write(Values.text(filtered(block.filtered(), block.body(), scope)));
            case Node.With with -> {
                var inner = scope.inner();
                with.names().forEach(each -> assign(each.target(), evaluator.value(each.value(), scope), inner));
                return run(with.body(), inner);
            }
            case Node.Break _ -> {
                return Flow.BREAK;
            }
            case Node.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void write(String text) {
        budget.characters(text.length());
        budget.length((long) out.length() + text.length());
        out.append(text);
    }

    private Flow branch(Node.If choice, Scope scope) {
        for (var branch : choice.branches()) {
            if (evaluator.truth(branch.test(), scope)) {
                return run(branch.body(), scope);
            }
        }
        return run(choice.otherwise(), scope);
    }

    private void loop(Node.For loop, Scope scope) {
        var items = Values.items(evaluator.value(loop.items(), scope));
        budget.items(items.size());
        if (loop.filter() != null) {
            items = chosen(items, loop, loop.filter(), scope);
        }
        if (items.isEmpty()) {
            run(loop.otherwise(), scope.inner());
            return;
        }
        var state = new Loop(items);
        while (state.next()) {
            var turn = scope.inner();
            turn.set("loop", state);
            assign(loop.target(), state.item(), turn);
            if (run(loop.body(), turn) == Flow.BREAK) {
                break;
            }
        }
    }

    private List<Object> chosen(List<Object> items, Node.For loop, Expr filter, Scope scope) {
        var chosen = new ArrayList<Object>();
        for (var item : items) {
            var turn = scope.inner();
            assign(loop.target(), item, turn);
            if (evaluator.truth(filter, turn)) {
                chosen.add(item);
            }
        }
        return chosen;
    }

    private void assign(Node.Target target, Object value, Scope scope) {
        switch (target) {
            case Node.Target.Name name -> scope.set(name.name(), value);
            case Node.Target.Field field -> {
                if (!(scope.get(field.namespace()) instanceof Namespace namespace)) {
                    throw new TemplateException("'" + field.namespace() + "' is no namespace, so has no fields to set");
                }
                namespace.values.put(field.field(), value);
            }
            case Node.Target.Several several -> {
                var items = Evaluator.unpacked(value, several.targets().size());
                for (int i = 0; i < items.size(); i++) {
                    assign(several.targets().get(i), items.get(i), scope);
                }
            }
        }
    }

    private Object filtered(Expr filtered, List<Node> body, Scope scope) {
        var inner = scope.inner();
        inner.set(Node.BODY.name(), captured(body, scope.inner()));
        return evaluator.value(filtered, inner);
    }

    private String captured(List<Node> body, Scope scope) {
        var outside = out;
        out = new StringBuilder();
        run(body, scope);
        var text = out.toString();
        out = outside;
        return text;
    }

    private Callable macro(List<Node.Parameter> parameters, List<Node> body, Scope scope) {
        return given -> {
            var inner = scope.inner();
            if (given.positional().size() > parameters.size()) {
                throw new TemplateException("a macro takes " + parameters.size() + " arguments and is given more");
            }
            var named = new LinkedHashMap<>(given.named());
            for (int i = 0; i < parameters.size(); i++) {
                var name = parameters.get(i).name();
                @Nullable
                Object value =
                        i < given.positional().size() ? given.positional().get(i) : named.remove(name);
                inner.set(name, value == null ? otherwise(parameters.get(i), inner) : value);
            }
            @Nullable Object caller = named.remove("caller");
            if (caller != null) {
                inner.set("caller", caller);
            }
            if (!named.isEmpty()) {
                throw new TemplateException("a macro has no argument " + String.join(", ", named.keySet()));
            }
            return captured(body, inner);
        };
    }

    private Object otherwise(Node.Parameter parameter, Scope scope) {
        return parameter.otherwise() == null
                ? new Undefined("'" + parameter.name() + "'")
                : evaluator.value(parameter.otherwise(), scope);
    }
}

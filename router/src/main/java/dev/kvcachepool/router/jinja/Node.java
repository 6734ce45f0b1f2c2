package dev.kvcachepool.router.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of a template, read. Immutable. */
sealed interface Node {
    record Data(String text) implements Node {}

    record Output(Expr value) implements Node {}

    /** Branches in order, then what else. */
    record If(List<Branch> branches, List<Node> otherwise) implements Node {}

    record Branch(Expr test, List<Node> body) {}

    record For(Target target, Expr items, @Nullable Expr filter, List<Node> body, List<Node> otherwise)
            implements Node {}

    record Assign(Target target, Expr value) implements Node {}

    /** {@code {% set x %}…{% endset %}}; the filters, if any, are applied to {@link #BODY}. */
    record AssignBlock(Target target, Expr filtered, List<Node> body) implements Node {}

    record Macro(String name, List<Parameter> parameters, List<Node> body) implements Node {}

    record Parameter(String name, @Nullable Expr otherwise) {}

    /** {@code {% call f(…) %}…{% endcall %}}. */
    record CallBlock(Expr.Call call, List<Parameter> parameters, List<Node> body) implements Node {}

    /** {@code {% filter f %}…{% endfilter %}}, applied to {@link #BODY}. */
    record FilterBlock(Expr filtered, List<Node> body) implements Node {}

    /** {@code with}, and {@code generation}, which has no names. */
    record With(List<Assign> names, List<Node> body) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}

    /** What is assigned to. */
    sealed interface Target {
        record Name(String name) implements Target {}

        /** {@code ns.x}, of a namespace. */
        record Field(String namespace, String field) implements Target {}

        record Several(List<Target> targets) implements Target {}
    }

    /** Stands for a block's text where filters are applied to it; no template can write this name. */
    Expr.Name BODY = new Expr.Name(" body");
}

package dev.kvcachepool.router.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression, read. Immutable. */
sealed interface Expr {
    record Const(Object value) implements Expr {}

    record Name(String name) implements Expr {}

    record ListOf(List<Expr> items) implements Expr {}

    record TupleOf(List<Expr> items) implements Expr {}

    record DictOf(List<Pair> pairs) implements Expr {}

    record Pair(Expr key, Expr value) {}

    /** {@code not}, {@code -} or {@code +}. */
    record Unary(String operator, Expr operand) implements Expr {}

    /** Arithmetic, {@code ~}, {@code and}, {@code or}. */
    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** One or more comparisons in a chain, {@code in} and {@code not in} among them. */
    record Compare(Expr first, List<Comparison> rest) implements Expr {}

    record Comparison(String operator, Expr right) {}

    record Conditional(Expr then, Expr test, @Nullable Expr otherwise) implements Expr {}

    record Attribute(Expr of, String name) implements Expr {}

    record Item(Expr of, Expr index) implements Expr {}

    record Slice(
            @Nullable Expr from,
            @Nullable Expr to,
            @Nullable Expr step) implements Expr {}

    record Call(Expr callee, Arguments arguments) implements Expr {}

    record Filter(Expr of, String name, Arguments arguments) implements Expr {}

    record Test(Expr of, String name, Arguments arguments) implements Expr {}

    record Arguments(List<Expr> positional, Map<String, Expr> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());
    }
}

package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions. For one rendering; not thread-safe. */
final class Evaluator {
    private final Budget budget;
    private final Methods methods;
    private final Filters filters;

    Evaluator(Budget budget) {
        this.budget = budget;
        this.methods = new Methods(budget);
        this.filters = new Filters(budget, methods);
    }

    Object value(Expr expression, Scope scope) {
        budget.enter();
        var value = switch (expression) {
            case Expr.Const constant -> constant.value();
            case Expr.Name name -> scope.get(name.name());
            case Expr.ListOf list -> values(list.items(), scope);
            case Expr.TupleOf tuple -> new Tuple(values(tuple.items(), scope));
            case Expr.DictOf dict -> dict(dict, scope);
            case Expr.Unary unary -> unary(unary, scope);
            case Expr.Binary binary -> binary(binary, scope);
            case Expr.Compare compare -> compare(compare, scope);
            case Expr.Conditional choice -> choice(choice, scope);
            case Expr.Attribute attribute -> methods.attribute(value(attribute.of(), scope), attribute.name());
            case Expr.Item item -> item(item, scope);
            case Expr.Slice _ -> throw new TemplateException("a slice stands alone");
            case Expr.Call call -> call(call, scope, null);
            case Expr.Filter filter ->
                filters.apply(filter.name(), value(filter.of(), scope), given(filter.arguments(), scope, null));
            case Expr.Test test ->
                Tests.test(test.name(), value(test.of(), scope), given(test.arguments(), scope, null));
        };
        budget.leave();
        return value;
    }

    boolean truth(Expr expression, Scope scope) {
        return Values.truth(value(expression, scope));
    }

    /** Calls; {@code caller} is what a call block gives along. */
    Object call(Expr.Call call, Scope scope, @Nullable Callable caller) {
        var callee = value(call.callee(), scope);
        if (callee instanceof Callable callable) {
            return callable.call(given(call.arguments(), scope, caller));
        }
        throw new TemplateException(Values.kind(callee) + " cannot be called");
    }

    private Callable.Given given(Expr.Arguments arguments, Scope scope, @Nullable Callable caller) {
        if (arguments.positional().isEmpty() && arguments.named().isEmpty() && caller == null) {
            return Callable.Given.NOTHING;
        }
        var named = new LinkedHashMap<String, Object>();
        arguments.named().forEach((name, value) -> named.put(name, value(value, scope)));
        if (caller != null) {
            named.put("caller", caller);
        }
        return new Callable.Given(values(arguments.positional(), scope), named);
    }

    private List<Object> values(List<Expr> expressions, Scope scope) {
        var values = new ArrayList<Object>(expressions.size());
        expressions.forEach(each -> values.add(value(each, scope)));
        return values;
    }

    private Object dict(Expr.DictOf dict, Scope scope) {
        var made = new LinkedHashMap<Object, Object>();
        dict.pairs().forEach(pair -> made.put(value(pair.key(), scope), value(pair.value(), scope)));
        return made;
    }

    private Object unary(Expr.Unary unary, Scope scope) {
        var operand = value(unary.operand(), scope);
        return switch (unary.operator()) {
            case "not" -> !Values.truth(operand);
            case "-" -> Numbers.calculate("*", -1L, operand);
            default -> Numbers.calculate("+", 0L, operand);
        };
    }

    private Object binary(Expr.Binary binary, Scope scope) {
        var left = value(binary.left(), scope);
        if (binary.operator().equals("and") || binary.operator().equals("or")) {
            return Values.truth(left) == binary.operator().equals("and") ? value(binary.right(), scope) : left;
        }
        return calculate(binary.operator(), left, value(binary.right(), scope));
    }

    private Object calculate(String operator, Object left, Object right) {
        if (operator.equals("~")) {
            return joined(Values.text(left), Values.text(right));
        }
        if (left instanceof Undefined undefined) {
            throw undefined.used();
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.calculate(operator, left, right);
        }
        var made = switch (operator) {
            case "+" -> sum(left, right);
            case "*" -> left instanceof Long count ? product(right, count) : product(left, right);
            case "%" -> left instanceof String format ? Formats.percent(format, right) : null;
            default -> null;
        };
        if (made == null) {
            throw new TemplateException(
                    Values.kind(left) + " " + operator + " " + Values.kind(right) + " is not supported");
        }
        return made;
    }

    private @Nullable Object sum(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            return joined(a, b);
        }
        if (!(left instanceof List<?> a) || !(right instanceof List<?> b)) {
            return null;
        }
        budget.items((long) a.size() + b.size());
        var both = new ArrayList<Object>(a);
        both.addAll(b);
        return both;
    }

    private @Nullable Object product(Object of, Object times) {
        return of instanceof String text && times instanceof Long count ? repeated(text, count) : null;
    }

    private String joined(String left, String right) {
        budget.characters((long) left.length() + right.length());
        return left + right;
    }

    private String repeated(String text, long count) {
        var times = Math.clamp(count, 0, Integer.MAX_VALUE);
        budget.characters(Math.multiplyExact((long) text.length(), times));
        return text.repeat(times);
    }

    private Object compare(Expr.Compare compare, Scope scope) {
        var left = value(compare.first(), scope);
        for (var comparison : compare.rest()) {
            var right = value(comparison.right(), scope);
            var holds = switch (comparison.operator()) {
                case "==" -> Values.equal(left, right);
                case "!=" -> !Values.equal(left, right);
                case "in" -> Values.contains(right, left);
                case "not in" -> !Values.contains(right, left);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                default -> Values.compare(left, right) >= 0;
            };
            if (!holds) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Object choice(Expr.Conditional choice, Scope scope) {
        if (truth(choice.test(), scope)) {
            return value(choice.then(), scope);
        }
        return choice.otherwise() == null
                ? new Undefined("an 'if' without an 'else' that does not hold")
                : value(choice.otherwise(), scope);
    }

    private Object item(Expr.Item item, Scope scope) {
        var of = value(item.of(), scope);
        if (!(item.index() instanceof Expr.Slice slice)) {
            return methods.item(of, value(item.index(), scope));
        }
        if (of instanceof Undefined undefined) {
            throw undefined.used();
        }
        return new Slicing(budget)
                .slice(of, bound(slice.from(), scope), bound(slice.to(), scope), bound(slice.step(), scope));
    }

    private @Nullable Long bound(@Nullable Expr bound, Scope scope) {
        if (bound == null) {
            return null;
        }
        var value = value(bound, scope);
        return value == None.NONE ? null : (Long) Numbers.whole(value);
    }

    /** For {@code {% set x = … %}} of several names. */
    static List<Object> unpacked(Object value, int count) {
        if (value instanceof Map || value instanceof List || value instanceof String) {
            var items = Values.items(value);
            if (items.size() == count) {
                return items;
            }
        }
        throw new TemplateException(Values.kind(value) + " does not unpack to " + count + " names");
    }
}

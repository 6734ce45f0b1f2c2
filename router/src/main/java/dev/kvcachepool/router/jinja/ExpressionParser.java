package dev.kvcachepool.router.jinja;

import dev.kvcachepool.router.jinja.Tokens.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions, from the loosest binding to the tightest, as jinja2's parser does. Not thread-safe. */
final class ExpressionParser {
    private static final int MAX_DEPTH = 100;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not", "in");

    private final Tokens tokens;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** One expression, or several with commas between, which are a tuple. */
    Expr tuple() {
        var first = expression();
        return tokens.is(",") ? rest(first, "") : first;
    }

    Expr expression() {
        if (++depth > MAX_DEPTH) {
            throw tokens.error("an expression is nested more than " + MAX_DEPTH + " deep");
        }
        var value = or();
        while (tokens.skip("if")) {
            var test = or();
            Expr otherwise = tokens.skip("else") ? expression() : null;
            value = new Expr.Conditional(value, test, otherwise);
        }
        depth--;
        return value;
    }

    /** Without {@code if}: what a loop is over, before the loop's own {@code if}. */
    Expr withoutCondition() {
        var first = or();
        return tokens.is(",") ? rest(first, "if") : first;
    }

    private Expr rest(Expr first, String stop) {
        var items = new ArrayList<Expr>(List.of(first));
        while (tokens.skip(",")) {
            if (tokens.isEnd() || tokens.is("=") || tokens.is(")") || (!stop.isEmpty() && tokens.is(stop))) {
                break;
            }
            items.add(stop.isEmpty() ? expression() : or());
        }
        return new Expr.TupleOf(items);
    }

    private Expr or() {
        var left = and();
        while (tokens.skip("or")) {
            left = new Expr.Binary("or", left, and());
        }
        return left;
    }

    private Expr and() {
        var left = not();
        while (tokens.skip("and")) {
            left = new Expr.Binary("and", left, not());
        }
        return left;
    }

    private Expr not() {
        if (tokens.is("not") && !tokens.isSecond("in")) {
            tokens.next();
            if (++depth > MAX_DEPTH) {
                throw tokens.error("an expression is nested more than " + MAX_DEPTH + " deep");
            }
            var operand = not();
            depth--;
            return new Expr.Unary("not", operand);
        }
        return compare();
    }

    private Expr compare() {
        var first = sum();
        var rest = new ArrayList<Expr.Comparison>();
        while (true) {
            var token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                tokens.next();
                rest.add(new Expr.Comparison(token.text(), sum()));
            } else if (tokens.skip("in")) {
                rest.add(new Expr.Comparison("in", sum()));
            } else if (tokens.is("not") && tokens.isSecond("in")) {
                tokens.next();
                tokens.next();
                rest.add(new Expr.Comparison("not in", sum()));
            } else {
                return rest.isEmpty() ? first : new Expr.Compare(first, rest);
            }
        }
    }

    private Expr sum() {
        var left = concat();
        while (tokens.is("+") || tokens.is("-")) {
            var operator = tokens.next().text();
            left = new Expr.Binary(operator, left, concat());
        }
        return left;
    }

    private Expr concat() {
        var left = product();
        while (tokens.skip("~")) {
            left = new Expr.Binary("~", left, product());
        }
        return left;
    }

    private Expr product() {
        var left = power();
        while (tokens.is("*") || tokens.is("/") || tokens.is("//") || tokens.is("%")) {
            var operator = tokens.next().text();
            left = new Expr.Binary(operator, left, power());
        }
        return left;
    }

    private Expr power() {
        var left = unary(true);
        while (tokens.skip("**")) {
            left = new Expr.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expr unary(boolean withFilters) {
        Expr value;
        if (tokens.is("-") || tokens.is("+")) {
            if (++depth > MAX_DEPTH) {
                throw tokens.error("an expression is nested more than " + MAX_DEPTH + " deep");
            }
            value = new Expr.Unary(tokens.next().text(), unary(false));
            depth--;
        } else {
            value = postfix(primary());
        }
        return withFilters ? filters(value) : value;
    }

    private Expr primary() {
        var token = tokens.next();
        return switch (token.kind()) {
            case NUMBER -> new Expr.Const(token.value());
            case STRING -> strings((String) token.value());
            case NAME ->
                switch (token.text()) {
                    case "true", "True" -> new Expr.Const(true);
                    case "false", "False" -> new Expr.Const(false);
                    case "none", "None" -> new Expr.Const(None.NONE);
                    default -> new Expr.Name(token.text());
                };
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> bracket();
                    case "[" -> new Expr.ListOf(items("]"));
                    case "{" -> dict();
                    default -> throw tokens.error("'" + token.text() + "' is not expected");
                };
            case END -> throw tokens.error("an expression is missing");
        };
    }

    /** Strings that follow one another are one. */
    private Expr strings(String first) {
        var text = new StringBuilder(first);
        while (tokens.peek().kind() == Kind.STRING) {
            text.append((String) tokens.next().value());
        }
        return new Expr.Const(text.toString());
    }

    private Expr bracket() {
        if (tokens.skip(")")) {
            return new Expr.TupleOf(List.of());
        }
        var inside = tuple();
        tokens.expect(")");
        return inside;
    }

    private List<Expr> items(String end) {
        var items = new ArrayList<Expr>();
        while (!tokens.skip(end)) {
            items.add(expression());
            if (!tokens.is(end)) {
                tokens.expect(",");
            }
        }
        return items;
    }

    private Expr dict() {
        var pairs = new ArrayList<Expr.Pair>();
        while (!tokens.skip("}")) {
            var key = expression();
            tokens.expect(":");
            pairs.add(new Expr.Pair(key, expression()));
            if (!tokens.is("}")) {
                tokens.expect(",");
            }
        }
        return new Expr.DictOf(pairs);
    }

    private Expr postfix(Expr of) {
        var value = of;
        while (true) {
            if (tokens.skip(".")) {
                var token = tokens.next();
                value = switch (token.kind()) {
                    case NAME -> new Expr.Attribute(value, token.text());
                    case NUMBER -> new Expr.Item(value, new Expr.Const(token.value()));
                    default -> throw tokens.error("expected a name, found '" + token.text() + "'");
                };
            } else if (tokens.skip("[")) {
                value = new Expr.Item(value, subscript());
                tokens.expect("]");
            } else if (tokens.skip("(")) {
                value = new Expr.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expr subscript() {
        @Nullable Expr from = tokens.is(":") ? null : expression();
        if (!tokens.skip(":")) {
            if (from == null) {
                throw tokens.error("a subscript is missing");
            }
            return tokens.is(",") ? rest(from, "") : from;
        }
        @Nullable Expr to = tokens.is(":") || tokens.is("]") ? null : expression();
        @Nullable Expr step = tokens.skip(":") && !tokens.is("]") ? expression() : null;
        return new Expr.Slice(from, to, step);
    }

    /** Behind the opening bracket. */
    private Expr.Arguments arguments() {
        var positional = new ArrayList<Expr>();
        var named = new LinkedHashMap<String, Expr>();
        while (!tokens.skip(")")) {
            if (tokens.is("*") || tokens.is("**")) {
                throw tokens.error("arguments by '*' are not supported");
            }
            if (tokens.peek().kind() == Kind.NAME && tokens.isSecond("=")) {
                var name = tokens.name();
                tokens.expect("=");
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!tokens.is(")")) {
                tokens.expect(",");
            }
        }
        return new Expr.Arguments(positional, named);
    }

    /** Filters, tests and calls behind {@code of}. */
    Expr filters(Expr of) {
        var value = of;
        while (true) {
            if (tokens.skip("|")) {
                value = new Expr.Filter(value, dotted(), tokens.skip("(") ? arguments() : Expr.Arguments.NONE);
            } else if (tokens.skip("is")) {
                value = test(value);
            } else if (tokens.skip("(")) {
                value = new Expr.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private String dotted() {
        var name = tokens.name();
        while (tokens.skip(".")) {
            name += "." + tokens.name();
        }
        return name;
    }

    private Expr test(Expr of) {
        var negated = tokens.skip("not");
        var name = dotted();
        Expr.Arguments arguments;
        if (tokens.skip("(")) {
            arguments = arguments();
        } else if (startsArgument()) {
            arguments = new Expr.Arguments(List.of(postfix(primary())), java.util.Map.of());
        } else {
            arguments = Expr.Arguments.NONE;
        }
        var test = new Expr.Test(of, name, arguments);
        return negated ? new Expr.Unary("not", test) : test;
    }

    private boolean startsArgument() {
        var token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> !NO_ARGUMENT.contains(token.text());
            case STRING, NUMBER -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            case END -> false;
        };
    }
}

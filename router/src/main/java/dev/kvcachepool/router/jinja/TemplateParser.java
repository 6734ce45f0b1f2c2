package dev.kvcachepool.router.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template's tags into nodes. Not thread-safe. */
final class TemplateParser {
    private static final int MAX_DEPTH = 100;

    private final List<Segment> segments;
    private int at;
    private int depth;
    private @Nullable Tokens end;

    private TemplateParser(List<Segment> segments) {
        this.segments = segments;
    }

    static List<Node> parse(String source) {
        return new TemplateParser(Segment.cut(source)).body(Set.of());
    }

    /** Nodes up to a statement of one of these names, which {@link #end} then stands behind the name of. */
    private List<Node> body(Set<String> ends) {
        if (++depth > MAX_DEPTH) {
            throw new TemplateException("blocks are nested more than " + MAX_DEPTH + " deep");
        }
        var nodes = new ArrayList<Node>();
        while (at < segments.size()) {
            var segment = segments.get(at++);
            switch (segment.kind()) {
                case DATA -> nodes.add(new Node.Data(segment.text()));
                case OUTPUT -> {
                    var tokens = Tokens.of(segment);
                    nodes.add(new Node.Output(new ExpressionParser(tokens).tuple()));
                    tokens.expectEnd();
                }
                case STATEMENT -> {
                    var tokens = Tokens.of(segment);
                    if (tokens.peek().kind() == Tokens.Kind.NAME
                            && ends.contains(tokens.peek().text())) {
                        end = tokens;
                        depth--;
                        return nodes;
                    }
                    nodes.add(statement(tokens));
                }
            }
        }
        if (!ends.isEmpty()) {
            throw new TemplateException("the template ends before " + String.join(" or ", ends));
        }
        depth--;
        return nodes;
    }

    private Node statement(Tokens tokens) {
        var name = tokens.name();
        return switch (name) {
            case "if" -> branches(tokens);
            case "for" -> loop(tokens);
            case "set" -> assignment(tokens);
            case "macro" -> {
                var called = tokens.name();
                tokens.expect("(");
                var parameters = parameters(tokens);
                yield new Node.Macro(called, parameters, closed(tokens, "endmacro"));
            }
            case "call" -> call(tokens);
            case "filter" -> {
                var filtered = new ExpressionParser(tokens).filters(pipe(tokens));
                yield new Node.FilterBlock(filtered, closed(tokens, "endfilter"));
            }
            case "with" -> with(tokens);
            case "generation" -> new Node.With(List.of(), closed(tokens, "endgeneration"));
            case "break" -> ended(tokens, new Node.Break());
            case "continue" -> ended(tokens, new Node.Continue());
            default -> throw tokens.error("the tag '" + name + "' is not supported");
        };
    }

    private static Node ended(Tokens tokens, Node node) {
        tokens.expectEnd();
        return node;
    }

    private List<Node> closed(Tokens tokens, String name) {
        tokens.expectEnd();
        var body = body(Set.of(name));
        endName();
        return body;
    }

    /** The name of the statement that ended the last body. */
    private String endName() {
        if (end == null) {
            throw new IllegalStateException("no body was read");
        }
        return end.name();
    }

    private Tokens endTokens() {
        if (end == null) {
            throw new IllegalStateException("no body was read");
        }
        return end;
    }

    private Node branches(Tokens tokens) {
        var branches = new ArrayList<Node.Branch>();
        var current = tokens;
        while (true) {
            var test = new ExpressionParser(current).tuple();
            current.expectEnd();
            branches.add(new Node.Branch(test, body(Set.of("elif", "else", "endif"))));
            switch (endName()) {
                case "elif" -> current = endTokens();
                case "else" -> {
                    return new Node.If(branches, closed(endTokens(), "endif"));
                }
                default -> {
                    return new Node.If(branches, List.of());
                }
            }
        }
    }

    private Node loop(Tokens tokens) {
        var target = targets(tokens, "in");
        tokens.expect("in");
        var items = new ExpressionParser(tokens).withoutCondition();
        @Nullable Expr filter = tokens.skip("if") ? new ExpressionParser(tokens).expression() : null;
        if (tokens.is("recursive")) {
            throw tokens.error("recursive loops are not supported");
        }
        tokens.expectEnd();
        var body = body(Set.of("else", "endfor"));
        var otherwise = endName().equals("else") ? closed(endTokens(), "endfor") : List.<Node>of();
        return new Node.For(target, items, filter, body, otherwise);
    }

    private Node assignment(Tokens tokens) {
        var target = targets(tokens, "=");
        if (tokens.skip("=")) {
            var value = new ExpressionParser(tokens).tuple();
            tokens.expectEnd();
            return new Node.Assign(target, value);
        }
        var filtered = new ExpressionParser(tokens).filters(Node.BODY);
        return new Node.AssignBlock(target, filtered, closed(tokens, "endset"));
    }

    private static Node.Target targets(Tokens tokens, String stop) {
        var targets = new ArrayList<Node.Target>();
        do {
            if (tokens.is(stop)) {
                break;
            }
            if (tokens.skip("(")) {
                targets.add(targets(tokens, ")"));
                tokens.expect(")");
            } else {
                targets.add(target(tokens));
            }
        } while (tokens.skip(","));
        return targets.size() == 1 ? targets.getFirst() : new Node.Target.Several(targets);
    }

    private static Node.Target target(Tokens tokens) {
        var name = tokens.name();
        return tokens.skip(".") ? new Node.Target.Field(name, tokens.name()) : new Node.Target.Name(name);
    }

    /** The first filter of a filter block has no bar in front. */
    private static Expr pipe(Tokens tokens) {
        var name = tokens.name();
        if (!tokens.is("(")) {
            return new Expr.Filter(Node.BODY, name, Expr.Arguments.NONE);
        }
        if (new ExpressionParser(tokens).filters(new Expr.Name(name)) instanceof Expr.Call(Expr.Name _, var given)) {
            return new Expr.Filter(Node.BODY, name, given);
        }
        throw tokens.error("filters behind one with arguments are not supported in a filter block");
    }

    private static List<Node.Parameter> parameters(Tokens tokens) {
        var parameters = new ArrayList<Node.Parameter>();
        while (!tokens.skip(")")) {
            var name = tokens.name();
            @Nullable Expr otherwise = tokens.skip("=") ? new ExpressionParser(tokens).expression() : null;
            if (otherwise == null
                    && !parameters.isEmpty()
                    && parameters.getLast().otherwise() != null) {
                throw tokens.error("non-default argument follows default argument");
            }
            parameters.add(new Node.Parameter(name, otherwise));
            if (!tokens.is(")")) {
                tokens.expect(",");
            }
        }
        return parameters;
    }

    private Node call(Tokens tokens) {
        var parameters = tokens.skip("(") ? parameters(tokens) : List.<Node.Parameter>of();
        if (new ExpressionParser(tokens).expression() instanceof Expr.Call call) {
            return new Node.CallBlock(call, parameters, closed(tokens, "endcall"));
        }
        throw tokens.error("a call block calls nothing");
    }

    private Node with(Tokens tokens) {
        var names = new ArrayList<Node.Assign>();
        while (!tokens.isEnd()) {
            var target = target(tokens);
            tokens.expect("=");
            names.add(new Node.Assign(target, new ExpressionParser(tokens).expression()));
            if (!tokens.isEnd()) {
                tokens.expect(",");
            }
        }
        return new Node.With(names, closed(tokens, "endwith"));
    }
}

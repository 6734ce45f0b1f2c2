package dev.kvcachepool.router.app;

import static dev.kvcachepool.commandline.FlagTypes.refuse;
import static dev.kvcachepool.commandline.FlagTypes.whole;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.policy.Policy;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/** What may stand behind the flags that only a router has; each says what is allowed. */
final class Flags {
    private Flags() {}

    static final class Endpoint implements ITypeConverter<EndpointSpec> {
        @Override
        public EndpointSpec convert(String value) {
            try {
                return EndpointSpec.parse(value);
            } catch (IllegalArgumentException e) {
                throw refuse(value, EndpointSpec.FORM);
            }
        }
    }

    static final class PolicyName implements ITypeConverter<Policy> {
        @Override
        public Policy convert(String value) {
            return Policy.ofId(value).orElseThrow(() -> refuse(value, Policy.ids()));
        }
    }

    static final class PlacementName implements ITypeConverter<Placement> {
        @Override
        public Placement convert(String value) {
            return switch (value) {
                case "Pooled" -> Placement.POOLED;
                case "NodeLocal", "Sidecar" -> Placement.NODE_LOCAL;
                default -> throw refuse(value, "Pooled, NodeLocal and Sidecar");
            };
        }
    }

    /** Tokens of a prompt, or a second. */
    static final class Tokens implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 1 << 26);
        }
    }

    /** A port that somebody serves at. */
    static final class ServedPort implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 65_535);
        }
    }

    /** A namespace of Kubernetes. */
    static final class NamespaceName implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

        @Override
        public String convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw refuse(value, "namespaces: at most 63 small letters, digits and '-'");
            }
            return value;
        }
    }

    /** The name of a resource of Kubernetes. */
    static final class ResourceName implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

        @Override
        public String convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw refuse(value, "names: at most 253 small letters, digits, '-' and '.'");
            }
            return value;
        }
    }

    /** A label selector of Kubernetes, one requirement at the least: an empty one would take every pod for an engine. */
    static final class Selector implements ITypeConverter<String> {
        private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
        private static final String KEY = "([a-z0-9.-]{1,253}/)?" + NAME;
        private static final String VALUE = "(" + NAME + ")?";
        private static final String VALUES = "\\(\\s*" + VALUE + "(\\s*,\\s*" + VALUE + ")*\\s*\\)";
        private static final String REQUIREMENT = "\\s*(!\\s*" + KEY + "|" + KEY + "|" + KEY + "\\s*(==|=|!=)\\s*"
                + VALUE + "|" + KEY + "\\s+(in|notin)\\s*" + VALUES + ")\\s*";
        private static final Pattern FORM = Pattern.compile(REQUIREMENT + "(," + REQUIREMENT + ")*");
        private static final int LONGEST = 4096;

        @Override
        public String convert(String value) {
            if (value.length() > LONGEST || !FORM.matcher(value).matches()) {
                throw refuse(value, "label selectors such as app=vllm,tier in (a,b),!canary");
            }
            return value.strip();
        }
    }
}

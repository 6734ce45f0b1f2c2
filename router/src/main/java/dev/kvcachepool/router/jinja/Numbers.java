package dev.kvcachepool.router.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Python's numbers: whole ones as Long, BigInteger where they are larger, fractions as Double; a truth counts as 0 or 1. */
final class Numbers {
    private static final int LEAST_EXPONENT = -4;
    private static final int LARGEST_EXPONENT = 16;

    private Numbers() {}

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static Object of(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            default -> throw new TemplateException(Values.kind(value) + " is no whole number");
        };
    }

    static double fraction(Object value) {
        return switch (value) {
            case Double number -> number;
            case BigInteger number -> number.doubleValue();
            default -> whole(value);
        };
    }

    /** {@code + - * / // % **} of two numbers. */
    static Object calculate(String operator, Object left, Object right) {
        try {
            if (operator.equals("/")) {
                return fraction(left) / divisor(fraction(right));
            }
            return left instanceof Double || right instanceof Double
                    ? ofFractions(operator, fraction(left), fraction(right))
                    : ofWholes(operator, whole(left), whole(right));
        } catch (ArithmeticException e) {
            throw new TemplateException(left + " " + operator + " " + right + " is no number that is supported");
        }
    }

    private static Object ofWholes(String operator, long left, long right) {
        return switch (operator) {
            case "+" -> Math.addExact(left, right);
            case "-" -> Math.subtractExact(left, right);
            case "*" -> Math.multiplyExact(left, right);
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> right < 0 ? (Object) Math.pow((double) left, (double) right) : power(left, right);
        };
    }

    private static Object power(long base, long exponent) {
        if (exponent > Long.SIZE && base != 0 && Math.abs(base) != 1) {
            throw new ArithmeticException("too large");
        }
        return BigInteger.valueOf(base)
                .pow((int) Math.min(exponent, Long.SIZE + (exponent & 1)))
                .longValueExact();
    }

    private static Object ofFractions(String operator, double left, double right) {
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "//" -> Math.floor(left / divisor(right));
            case "%" -> left - Math.floor(left / divisor(right)) * right;
            default -> Math.pow(left, right);
        };
    }

    private static double divisor(double value) {
        if (value == 0) {
            throw new ArithmeticException("by zero");
        }
        return value;
    }

    static int compare(Object left, Object right) {
        return left instanceof Double || right instanceof Double
                ? Double.compare(fraction(left) + 0.0, fraction(right) + 0.0)
                : Long.compare(whole(left), whole(right));
    }

    /** As Python prints it: the shortest digits that give the number back. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        var digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= LEAST_EXPONENT && exponent < LARGEST_EXPONENT) {
            var plain = digits.toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        var unscaled = digits.unscaledValue().abs().toString();
        var mantissa = unscaled.length() == 1 ? unscaled : unscaled.charAt(0) + "." + unscaled.substring(1);
        var size = Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
    }
}

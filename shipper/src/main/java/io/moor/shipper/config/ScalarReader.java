package io.moor.shipper.config;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Text into a value of a scalar type: the basic types, enums, and every type with a {@code static
 * parse(String)} of its own. Such a type may be written as keys, too, when it has a {@code static
 * parse(Map)}.
 */
final class ScalarReader {

    private ScalarReader() {}

    static boolean reads(Class<?> type) {
        return type == String.class
                || type.isPrimitive()
                || type == Integer.class
                || type == Long.class
                || type == Boolean.class
                || type == Duration.class
                || type == Path.class
                || type == URI.class
                || type.isEnum()
                || parser(type, String.class) != null;
    }

    /**
     * @throws IllegalArgumentException saying what was expected
     */
    static Object read(String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == boolean.class || type == Boolean.class) {
            return bool(text);
        }
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(number(text, Integer.MAX_VALUE));
        }
        if (type == long.class || type == Long.class) {
            return number(text, Long.MAX_VALUE);
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == Path.class) {
            return Path.of(text);
        }
        if (type == URI.class) {
            return uri(text);
        }
        return type.isEnum() ? Words.constant(type, text) : parsed(text, String.class, type);
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static long number(String text, long max) {
        try {
            var value = Long.parseLong(text);
            if (value <= max && value >= -max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
        }
        throw new IllegalArgumentException("'" + text + "' is too large a number");
    }

    private static URI uri(String text) {
        try {
            var uri = URI.create(text);
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a URL, like http://127.0.0.1:7080", e);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not a URL, like http://127.0.0.1:7080");
    }

    static boolean readsMaps(Class<?> type) {
        return parser(type, Map.class) != null;
    }

    /**
     * @throws IllegalArgumentException saying what was expected
     */
    static Object read(Map<String, Object> keys, Class<?> type) {
        return parsed(keys, Map.class, type);
    }

    private static @Nullable Method parser(Class<?> type, Class<?> of) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals("parse"))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == type)
                .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {of}))
                .findFirst()
                .orElse(null);
    }

    private static Object parsed(Object written, Class<?> as, Class<?> type) {
        var parser = parser(type, as);
        if (parser == null) {
            throw new IllegalStateException(
                    type + " has no static parse(" + as.getSimpleName() + ")");
        }
        try {
            parser.setAccessible(true);
            return parser.invoke(null, written);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.moor.shipper.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Constants of enums as people write them: {@code AT_LEAST_ONCE} is {@code at-least-once}. */
public final class Words {

    private Words() {}

    /**
     * @throws IllegalArgumentException naming the words that are known
     */
    public static <T> T constant(Class<T> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> written(constant).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'"
                                        + text
                                        + "' is not one of "
                                        + Arrays.stream(type.getEnumConstants())
                                                .map(Words::written)
                                                .collect(Collectors.joining(", "))));
    }

    private static String written(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

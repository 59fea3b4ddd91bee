package io.moor.shipper.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Conditions of Filebeat: what they say of a source before a line is read, and which patterns they
 * are.
 */
final class BeatsCondition {

    /**
     * A field and a pattern that is found in it.
     *
     * @param field as Filebeat calls it
     */
    record Found(String field, String regex) {}

    private BeatsCondition() {}

    /**
     * The truth of a condition as far as fields are known beforehand.
     *
     * @param known values of a field; null when only the line tells
     * @return empty when only the line tells
     */
    static Optional<Boolean> truth(YamlTree when, Function<String, Optional<String>> known) {
        Optional<Boolean> all = Optional.of(true);
        for (Map.Entry<String, YamlTree> entry : when.keys().entrySet()) {
            all = and(all, one(entry.getKey(), entry.getValue(), known));
        }
        return all;
    }

    private static Optional<Boolean> and(Optional<Boolean> one, Optional<Boolean> other) {
        if (one.equals(Optional.of(false)) || other.equals(Optional.of(false))) {
            return Optional.of(false);
        }
        return one.isEmpty() ? one : other;
    }

    private static Optional<Boolean> not(Optional<Boolean> truth) {
        return truth.map(value -> !value);
    }

    private static Optional<Boolean> one(
            String kind, YamlTree operand, Function<String, Optional<String>> known) {
        return switch (kind) {
            case "and" -> {
                Optional<Boolean> all = Optional.of(true);
                for (YamlTree each : operand.items()) {
                    all = and(all, truth(each, known));
                }
                yield all;
            }
            case "or" -> {
                Optional<Boolean> none = Optional.of(true);
                for (YamlTree each : operand.items()) {
                    none = and(none, not(truth(each, known)));
                }
                yield not(none);
            }
            case "not" -> not(truth(operand, known));
            case "equals", "contains" -> {
                List<Optional<Boolean>> each = new ArrayList<>();
                operand.leaves(
                        "",
                        (field, value) ->
                                each.add(
                                        known.apply(field)
                                                .map(is -> compares(kind, is, value.text()))));
                yield each.stream().reduce(Optional.of(true), BeatsCondition::and);
            }
            default -> Optional.empty();
        };
    }

    private static boolean compares(String kind, String is, String wanted) {
        return kind.equals("equals")
                ? is.equals(wanted)
                : List.of(is.split(",")).contains(wanted) || is.contains(wanted);
    }

    /**
     * Patterns of which one at least is found when the condition is true.
     *
     * @throws Untranslatable when it is more than that
     */
    static List<Found> patterns(YamlTree when) throws Untranslatable {
        if (when.keys().size() != 1) {
            throw new Untranslatable("it has several conditions at once");
        }
        Map.Entry<String, YamlTree> only = when.keys().entrySet().iterator().next();
        if (only.getKey().equals("or")) {
            List<Found> all = new ArrayList<>();
            for (YamlTree each : only.getValue().items()) {
                all.addAll(patterns(each));
            }
            return all;
        }
        List<Setting> leaves = new ArrayList<>();
        only.getValue()
                .leaves(
                        "",
                        (field, value) ->
                                leaves.add(
                                        new Setting(
                                                value.place(),
                                                field,
                                                String.join("|", value.texts()))));
        if (leaves.size() != 1) {
            throw new Untranslatable("it looks at several fields at once");
        }
        String field = leaves.getFirst().key();
        String value = leaves.getFirst().value();
        return switch (only.getKey()) {
            case "regexp" ->
                    List.of(new Found(field, Regexes.translate(value, Regexes.Dialect.GO)));
            case "contains" -> List.of(new Found(field, Regexes.literal(value)));
            case "equals" -> List.of(new Found(field, "^" + Regexes.literal(value) + "$"));
            default ->
                    throw new Untranslatable(
                            "the import knows regexp, contains, equals, or and not, not '"
                                    + only.getKey()
                                    + "'");
        };
    }
}

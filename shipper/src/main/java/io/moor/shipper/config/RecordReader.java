package io.moor.shipper.config;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * YAML nodes into records. Every method returns null after it noted a problem, and goes on with the
 * siblings, so that one run finds all problems. It works on nodes because only they know their
 * lines.
 */
final class RecordReader {

    private final Problems problems;
    private final Interpolation interpolation;

    RecordReader(Problems problems, Interpolation interpolation) {
        this.problems = problems;
        this.interpolation = interpolation;
    }

    /**
     * @param where the place in the file, for messages
     */
    @Nullable Object record(Node node, Class<?> type, String where) {
        var entries = entries(node, where);
        if (entries == null) {
            return null;
        }
        var before = problems.count();
        var components = type.getRecordComponents();
        var known = Arrays.stream(components).map(RecordReader::key).toList();
        for (var entry : entries.values()) {
            refuseUnknown(entry, known, where);
        }
        var arguments = new @Nullable Object[components.length];
        for (var i = 0; i < components.length; i++) {
            arguments[i] = component(components[i], entries.get(key(components[i])), node, where);
        }
        return problems.count() == before ? construct(type, components, arguments, node) : null;
    }

    private void refuseUnknown(NodeTuple entry, List<String> known, String where) {
        var key = ((ScalarNode) entry.getKeyNode()).getValue();
        if (!known.contains(key)) {
            problems.add(
                    line(entry.getKeyNode()),
                    "unknown key '"
                            + key
                            + "' in "
                            + where
                            + NearestKey.of(key, known)
                                    .map(near -> "; did you mean '" + near + "'?")
                                    .orElse("; known keys are " + String.join(", ", known)));
        }
    }

    private @Nullable Object component(
            RecordComponent component, @Nullable NodeTuple entry, Node parent, String where) {
        if (entry != null) {
            return value(entry.getValueNode(), component.getGenericType(), key(component), where);
        }
        var fallback = component.getAnnotation(Default.class);
        if (fallback != null) {
            return value(
                    compose(fallback.value()), component.getGenericType(), key(component), where);
        }
        if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            problems.add(
                    line(parent), "missing key '" + key(component) + "' in " + where + "; add it");
        }
        return null;
    }

    private @Nullable Object value(Node node, Type type, String key, String where) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(node, arguments[0], key, where)
                    : map(node, arguments[1], key, where);
        }
        var plain = (Class<?>) type;
        if (node instanceof MappingNode && ScalarReader.readsMaps(plain)) {
            return mapped(node, plain, key, where);
        }
        if (ScalarReader.reads(plain)) {
            return scalar(node, plain, key);
        }
        if (!plain.isRecord()) {
            throw new IllegalStateException("no configuration type: " + plain);
        }
        return record(node, plain, inside(key, where));
    }

    private @Nullable Object scalar(Node node, Class<?> type, String key) {
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(line(node), "'" + key + "' needs a single value here");
            return null;
        }
        if (node.getTag().equals(Tag.NULL)) {
            problems.add(line(node), "'" + key + "' has no value; give it one or remove the key");
            return null;
        }
        var text = interpolation.resolve(scalar.getValue(), line(node));
        if (text == null) {
            return null;
        }
        if (type == Secret.class) {
            problems.hide(text);
        }
        try {
            return ScalarReader.read(text, type);
        } catch (IllegalArgumentException e) {
            problems.add(line(node), "'" + key + "': " + e.getMessage());
            return null;
        }
    }

    /** A value that is either a word or a few keys. */
    private @Nullable Object mapped(Node node, Class<?> type, String key, String where) {
        Map<String, Object> keys = map(node, String.class, key, where);
        if (keys == null) {
            return null;
        }
        try {
            return ScalarReader.read(keys, type);
        } catch (IllegalArgumentException e) {
            problems.add(line(node), "'" + key + "': " + e.getMessage());
            return null;
        }
    }

    private @Nullable List<Object> list(Node node, Type element, String key, String where) {
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(line(node), "'" + key + "' needs a list here, like [a, b]");
            return null;
        }
        var values = new ArrayList<Object>();
        for (var item : sequence.getValue()) {
            var value = value(item, element, key + "[" + values.size() + "]", where);
            if (value == null) {
                // Keeps the numbering of the items in later messages.
                values.add("");
                continue;
            }
            values.add(value);
        }
        return Collections.unmodifiableList(values);
    }

    private @Nullable Map<String, Object> map(Node node, Type element, String key, String where) {
        var entries = entries(node, inside(key, where));
        if (entries == null) {
            return null;
        }
        var values = new LinkedHashMap<String, Object>();
        entries.forEach((name, entry) -> {
            var value = value(entry.getValueNode(), element, name, inside(key, where));
            if (value != null) {
                values.put(name, value);
            }
        });
        return Collections.unmodifiableMap(values);
    }

    private @Nullable Map<String, NodeTuple> entries(Node node, String where) {
        if (!(node instanceof MappingNode mapping)) {
            problems.add(line(node), "'key: value' lines are expected in " + where);
            return null;
        }
        var entries = new LinkedHashMap<String, NodeTuple>();
        for (var entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(line(entry.getKeyNode()), "a key in " + where + " is not a word");
                continue;
            }
            var first = entries.putIfAbsent(key.getValue(), entry);
            if (first != null) {
                problems.add(
                        line(key),
                        "duplicate key '"
                                + key.getValue()
                                + "' in "
                                + where
                                + "; the first is in line "
                                + line(first.getKeyNode()));
            }
        }
        return entries;
    }

    private @Nullable Object construct(
            Class<?> type, RecordComponent[] components, @Nullable Object[] arguments, Node node) {
        try {
            var constructor =
                    type.getDeclaredConstructor(
                            Arrays.stream(components)
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                problems.add(line(node), String.valueOf(refused.getMessage()));
                return null;
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private String inside(String key, String where) {
        return where.startsWith("'")
                ? where.substring(0, where.length() - 1) + "." + key + "'"
                : "'" + key + "'";
    }

    private static Node compose(String yaml) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(yaml));
    }

    /** {@code maxLine} is written {@code max-line}. */
    private static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}

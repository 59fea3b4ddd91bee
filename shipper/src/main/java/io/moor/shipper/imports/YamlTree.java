package io.moor.shipper.imports;

import io.moor.shipper.config.ConfigException;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A YAML document that knows its lines: a text, a list, or keys. Immutable from outside. */
final class YamlTree {

    private static final int DEPTH_MAX = 30;
    private static final int NODES_MAX = 100_000;

    private final Place place;
    private final @Nullable String text;
    private final List<YamlTree> items = new ArrayList<>();
    private final Map<String, YamlTree> keys = new LinkedHashMap<>();
    private final boolean mapping;

    private YamlTree(Place place, @Nullable String text, boolean mapping) {
        this.place = place;
        this.text = text;
        this.mapping = mapping;
    }

    /**
     * @param dotted whether {@code a.b: x} is the same as {@code a: {b: x}}
     * @throws ConfigException when it is no YAML, with its line
     */
    static YamlTree read(Text file, boolean dotted) throws ConfigException {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setAllowDuplicateKeys(true);
        try {
            var documents =
                    new Yaml(new SafeConstructor(options))
                            .composeAll(new StringReader(file.content()))
                            .iterator();
            if (!documents.hasNext()) {
                throw Importer.wrong(file, 0, "is empty; is it the right file?");
            }
            Node first = documents.next();
            if (documents.hasNext()) {
                throw Importer.wrong(
                        file,
                        documents.next().getStartMark().getLine() + 1,
                        "a second YAML document begins here; import one at a time");
            }
            return new Builder(file, dotted).tree(first, 0);
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            throw Importer.wrong(
                    file,
                    mark == null ? 0 : mark.getLine() + 1,
                    "not YAML: " + Secrets.shown("", String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw Importer.wrong(file, 0, "not YAML: it cannot be read");
        }
    }

    private static final class Builder {
        private final Text file;
        private final boolean dotted;
        private int nodes;

        Builder(Text file, boolean dotted) {
            this.file = file;
            this.dotted = dotted;
        }

        YamlTree tree(Node node, int depth) throws ConfigException {
            Place place = place(node);
            if (depth > DEPTH_MAX || ++nodes > NODES_MAX) {
                throw Importer.wrong(place, "the document is too deep or too large");
            }
            if (node instanceof ScalarNode scalar) {
                boolean nothing = node.getTag().equals(Tag.NULL);
                return new YamlTree(place, nothing ? null : scalar.getValue(), false);
            }
            YamlTree tree = new YamlTree(place, null, node instanceof MappingNode);
            if (node instanceof SequenceNode sequence) {
                for (Node item : sequence.getValue()) {
                    tree.items.add(tree(item, depth + 1));
                }
            } else if (node instanceof MappingNode mapping) {
                entries(mapping, tree, depth);
            }
            return tree;
        }

        private void entries(MappingNode mapping, YamlTree tree, int depth) throws ConfigException {
            for (NodeTuple entry : mapping.getValue()) {
                if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                    throw Importer.wrong(
                            place(entry.getKeyNode()),
                            "a key is not a word; templates like {{…}} are filled in first");
                }
                YamlTree value = tree(entry.getValueNode(), depth + 1);
                if (key.getValue().equals("<<") && value.mapping) {
                    value.keys.forEach(tree.keys::putIfAbsent);
                } else if (dotted) {
                    put(tree, key.getValue(), value, place(key), depth);
                } else {
                    tree.keys.put(key.getValue(), value.at(place(key)));
                }
            }
        }

        private void put(YamlTree tree, String key, YamlTree value, Place at, int depth)
                throws ConfigException {
            int dot = key.indexOf('.');
            if (depth > DEPTH_MAX * 2) {
                throw Importer.wrong(at, "the key is too deep");
            }
            if (dot > 0 && dot < key.length() - 1) {
                String head = key.substring(0, dot);
                YamlTree inner = tree.keys.get(head);
                if (inner == null || !inner.mapping) {
                    inner = new YamlTree(at, null, true);
                    tree.keys.put(head, inner);
                }
                put(inner, key.substring(dot + 1), value, at, depth + 1);
                return;
            }
            YamlTree before = tree.keys.get(key);
            if (before != null && before.mapping && value.mapping) {
                before.keys.putAll(value.keys);
            } else {
                tree.keys.put(key, value.at(at));
            }
        }

        private Place place(Node node) {
            return new Place(file.name(), node.getStartMark().getLine() + 1);
        }
    }

    /** The same, at the line of its key. */
    private YamlTree at(Place key) {
        YamlTree moved = new YamlTree(key, text, mapping);
        moved.items.addAll(items);
        moved.keys.putAll(keys);
        return moved;
    }

    Place place() {
        return place;
    }

    boolean isMapping() {
        return mapping;
    }

    List<YamlTree> items() {
        return items;
    }

    Map<String, YamlTree> keys() {
        return keys;
    }

    /** The text of a scalar; empty for nothing, and for what is no scalar. */
    String text() {
        return text == null ? "" : text;
    }

    /** What stands under a path of keys, {@code a.b}; null for nothing. */
    @Nullable YamlTree get(String path) {
        YamlTree at = this;
        for (String key : path.split("\\.")) {
            at = at.keys.get(key);
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    /** A text under a path of keys; the other one when there is none. */
    String text(String path, String otherwise) {
        YamlTree found = get(path);
        return found == null || found.text == null ? otherwise : found.text;
    }

    boolean isTrue(String path) {
        return text(path, "").equalsIgnoreCase("true");
    }

    boolean isFalse(String path) {
        return text(path, "").equalsIgnoreCase("false");
    }

    /** Texts of a list, or the only text. */
    List<String> texts() {
        if (text != null) {
            return List.of(text);
        }
        return items.stream().filter(each -> each.text != null).map(YamlTree::text).toList();
    }

    /** Texts of a list with their lines, as settings to tell of. */
    List<Setting> settings(String path) {
        YamlTree found = get(path);
        if (found == null) {
            return List.of();
        }
        return found.text != null
                ? List.of(new Setting(found.place, path, found.text))
                : found.items.stream()
                        .filter(each -> each.text != null)
                        .map(each -> new Setting(each.place, path, each.text()))
                        .toList();
    }

    List<String> texts(String path) {
        YamlTree found = get(path);
        return found == null ? List.of() : found.texts();
    }

    /** Every leaf with its dotted path; lists are leaves. */
    void leaves(String prefix, BiConsumer<String, YamlTree> each) {
        keys.forEach((key, value) -> {
            String path = prefix.isEmpty() ? key : prefix + "." + key;
            if (value.mapping && !value.keys.isEmpty()) {
                value.leaves(path, each);
            } else {
                each.accept(path, value);
            }
        });
    }

    /** As a setting to tell of. */
    Setting setting(String key) {
        boolean nested = !keys.isEmpty() || items.stream().anyMatch(each -> each.text == null);
        return new Setting(place, key, nested ? "" : String.join(", ", texts()));
    }
}

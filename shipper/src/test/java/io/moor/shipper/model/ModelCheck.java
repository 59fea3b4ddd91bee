package io.moor.shipper.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what a reader of the topic got with what an application wrote: each byte once, in order
 * within a file, files in order; only what was destroyed unread may be missing, from some place to
 * its end, and then the checkpoints must have said so.
 */
public final class ModelCheck {

    private final ModelDirectory model;
    private final Map<String, StringBuilder> files = new LinkedHashMap<>();
    private final Map<String, String> streams = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    public ModelCheck(ModelDirectory model) {
        this.model = model;
    }

    /** Takes the next record, in the order of the topic. */
    public void record(String stream, String value, String span) {
        String id = span.substring(0, span.indexOf(':'));
        String[] range = span.substring(span.indexOf(':') + 1).split("-");
        long start = Long.parseLong(range[0]);
        long end = Long.parseLong(range[1]);
        StringBuilder file = files.computeIfAbsent(id, _ -> new StringBuilder());
        if (start != file.length()) {
            problems.add("span " + span + " follows " + file.length() + " in " + stream);
        }
        file.append(value);
        ModelGeneration of = generation(file.toString());
        if (of != null) {
            of.read();
        }
        if (end - start == value.getBytes(StandardCharsets.UTF_8).length + 1L) {
            file.append('\n');
        }
        streams.put(id, stream);
    }

    /**
     * What is wrong; empty when nothing is.
     *
     * @param lossesTold files of which checkpoints said that they lost something
     */
    public List<String> problems(Set<String> lossesTold) {
        Map<Integer, String> shippedAs = new LinkedHashMap<>();
        Map<String, Integer> newest = new HashMap<>();
        files.forEach((id, text) -> {
            ModelGeneration generation = generation(text.toString());
            if (generation == null) {
                problems.add("nobody wrote " + id + ": " + shortened(text));
                return;
            }
            String other = shippedAs.putIfAbsent(generation.number(), id);
            if (other != null) {
                problems.add(
                        generation.mark()
                                + " is shipped twice, as "
                                + other
                                + " in "
                                + streams.get(other)
                                + " and "
                                + id
                                + " in "
                                + streams.get(id));
            }
            compare(generation, text.toString(), id, lossesTold);
            String stream = streams.getOrDefault(id, "");
            int before = newest.getOrDefault(stream, -1);
            if (generation.number() < before && !generation.mayComeLater()) {
                problems.add(generation.mark() + " comes after g" + before + " in " + stream);
            }
            // What may come anywhere says nothing of those around it.
            if (!generation.mayComeLater()) {
                newest.put(stream, Math.max(before, generation.number()));
            }
        });
        for (ModelGeneration generation : model.generations()) {
            if (!model.required(generation).isEmpty()
                    && !generation.mayLose()
                    && !shippedAs.containsKey(generation.number())) {
                problems.add(generation.mark() + " is not shipped at all");
            }
        }
        return problems;
    }

    private void compare(
            ModelGeneration generation, String shipped, String id, Set<String> lossesTold) {
        String written = generation.content();
        if (!written.startsWith(shipped)) {
            problems.add(generation.mark() + " differs: " + shortened(shipped));
        } else if (shipped.length() < model.required(generation).length()) {
            if (!generation.mayLose()) {
                problems.add(
                        generation.mark()
                                + " lacks "
                                + (written.length() - shipped.length())
                                + " of "
                                + written.length()
                                + " bytes");
            } else if (!lossesTold.contains(id) && !generation.mayComeLater()) {
                problems.add(generation.mark() + " lacks bytes, and nothing tells it: " + id);
            }
        }
    }

    private @org.jspecify.annotations.Nullable ModelGeneration generation(String text) {
        return model.generations().stream()
                .filter(each -> text.startsWith(each.mark()))
                .findFirst()
                .orElse(null);
    }

    private static String shortened(CharSequence text) {
        return text.length() <= 80 ? text.toString() : text.subSequence(0, 80) + "...";
    }
}
